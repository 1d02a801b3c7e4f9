// The baseline of the service: a bare server that sends the answers it is given, one after the other, whatever it is asked.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the bare server is given. */
export interface BareAnswers {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
}

const { headers, bodies } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as BareAnswers;
let next = 0;
const server = createServer((request, response) => {
  const body = bodies[next++ % bodies.length] ?? "";
  request.resume();
  response.writeHead(200, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
