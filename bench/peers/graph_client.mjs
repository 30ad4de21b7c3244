// @microsoft/microsoft-graph-client (npm) doing the writes of a job alone: one assignLicense a user, 20 to a batch, 16
// batches at a time, on kept connections. Told: users, CPU microseconds a user, memory, seconds.
//   node graph_client.mjs USERS, with ALLOT_* in the environment and NODE_EXTRA_CA_CERTS.
import { Client } from "@microsoft/microsoft-graph-client";
import { readFileSync } from "node:fs";
import { Agent, setGlobalDispatcher } from "undici";

const users = Number(process.argv[2]);
const sku = "f8a1db68-be16-40ed-86d5-cb42ce701560"; // POWER_BI_PRO
const graph = process.env.ALLOT_GRAPH_URL;
setGlobalDispatcher(new Agent({ connections: 16 }));

const signIn = await fetch(`${process.env.ALLOT_LOGIN_URL}/${process.env.ALLOT_TENANT}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: process.env.ALLOT_CLIENT_ID,
        client_secret: readFileSync(process.env.ALLOT_CLIENT_SECRET_FILE, "utf8").trim(),
        scope: `${graph}/.default`,
    }),
});
const token = (await signIn.json()).access_token;
const client = Client.init({
    baseUrl: graph,
    customHosts: new Set([new URL(graph).hostname]),
    authProvider: (done) => done(null, token),
});

function batchOf(from, to) {
    const requests = [];
    for (let number = from; number < to; ++number) {
        requests.push({
            id: String(number - from),
            method: "POST",
            url: `/users/user${String(number).padStart(5, "0")}@contoso.example/assignLicense`,
            headers: { "Content-Type": "application/json" },
            body: { addLicenses: [{ skuId: sku, disabledPlans: [] }], removeLicenses: [] },
        });
    }
    return { requests };
}

let next = 1;
let accepted = 0;
async function work(last) {
    while (next <= last) {
        const from = next;
        next = Math.min(next + 20, last + 1);
        const reply = await client.api("/$batch").post(batchOf(from, next));
        for (const part of reply.responses) if (part.status === 200) ++accepted;
    }
}
const all = (last) => Promise.all(Array.from({ length: 16 }, () => work(last)));

await all(Math.floor(users / 4)); // warm: its code is compiled by then
const begin = next;
accepted = 0;
const cpu = process.cpuUsage();
const began = performance.now();
await all(users);
const used = process.cpuUsage(cpu);
const measured = users - begin + 1;
const memory = process.resourceUsage().maxRSS / 1024;
console.log(
    `${accepted} of ${measured} accepted ${((used.user + used.system) / measured).toFixed(1)} us ${memory.toFixed(0)} MB ` +
        `${(measured / ((performance.now() - began) / 1000)).toFixed(0)} users/s`,
);
