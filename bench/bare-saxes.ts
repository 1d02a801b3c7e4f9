// The baseline of the import: the same bytes through the XML parser, and nothing done with them.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { SaxesParser } from "saxes";
import { documentsOf } from "./corpus.ts";

let elements = 0;
let bytes = 0;
for (const file of documentsOf(process.argv[2] ?? "")) {
  const raw = readFileSync(file);
  const content = file.endsWith(".gz") ? gunzipSync(raw) : raw;
  bytes += content.length;
  const parser = new SaxesParser({ xmlns: false });
  parser.on("opentag", () => void elements++);
  parser.write(content.toString("utf8").replace(/^\ufeff/, "")).close();
}
console.log(JSON.stringify({ elements, bytes }));
