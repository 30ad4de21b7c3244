// csv-parse (npm) reading a file as a stream, counting its fields.
import { createReadStream } from "node:fs";
import { parse } from "csv-parse";

let fields = 0;
for await (const row of createReadStream(process.argv[2]).pipe(parse())) fields += row.length;
console.log(fields);
