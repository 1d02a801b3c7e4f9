import { createReadStream } from "node:fs";
import { request } from "node:http";
import type { Asked } from "./requests.ts";

/** Sends a whole fleet as one stream of lines; seconds until the last of the answer, in which every device has to be new. */
export function loadFleet({ served, headers, fleet }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const options = { method: "POST", headers: { ...headers, "Content-Type": "application/x-ndjson" } };
    const sent = request(`${served.origin}/api/inventories`, options, (response) => {
      let head = "";
      response.on("data", (chunk: Buffer) => {
        if (head.length < 400) head += chunk.toString("utf8");
      });
      response.on("error", reject);
      response.on("end", () => {
        const stored = Number(/"new":(\d+)/.exec(head.slice(0, 400))?.[1]);
        if (response.statusCode === 200 && stored === fleet.devices) resolve((performance.now() - started) / 1000);
        else reject(new Error(`${response.statusCode}: ${head.slice(0, 400)}`));
      });
    });
    sent.on("error", reject);
    createReadStream(fleet.file, { highWaterMark: 262_144 }).pipe(sent);
  });
}
