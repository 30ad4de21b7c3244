// undici (npm), the client beneath Node's fetch: GETs of one body on kept connections. Told: CPU microseconds a request.
//   node undici.mjs URL REQUESTS CONNECTIONS, with NODE_EXTRA_CA_CERTS.
import { Pool } from "undici";

const url = new URL(process.argv[2]);
const requests = Number(process.argv[3]);
const connections = Number(process.argv[4]);
const pool = new Pool(url.origin, { connections });

async function all(count) {
    let left = count;
    const work = async () => {
        while (left-- > 0) {
            const { statusCode, body } = await pool.request({ path: url.pathname, method: "GET" });
            await body.dump();
            if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
        }
    };
    await Promise.all(Array.from({ length: connections }, work));
}

await all(Math.ceil(requests / 4)); // warm: its code is compiled by then
const cpu = process.cpuUsage();
await all(requests);
const used = process.cpuUsage(cpu);
console.log(((used.user + used.system) / requests).toFixed(1));
await pool.close();
