// What getmissingkbs is held against: a bare server that looks up the device that a path names, by its key, and sends the same answer for each.
// `node bench/scale/bare-lookup.ts FILE|URL`, the database of an installation with one tenant.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "better-sqlite3";
import pg from "pg";
import { isPostgresUrl } from "../../src/stores/postgres/postgres-settings.ts";

const tenantSql = "SELECT tenant_id FROM tenant WHERE alias = 'default'";
const deviceSql = (tenant: string, device: string): string =>
  `SELECT digest FROM device WHERE tenant_id = ${tenant} AND device_id = ${device}`;
/** as long as the answers of a made-up fleet are in the mean */
const body = JSON.stringify({ value: "x".repeat(1_500) });

/** Whether the device is there. */
type LookUp = (deviceId: string, done: (isThere: boolean) => void) => void;

const lookUp = await lookUpIn(process.argv[2] ?? "");
// Connections are kept longer than the one who asks leaves them idle.
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  // Somebody looks whether it is there.
  if (request.url === "/") return void response.end();
  lookUp(request.url?.split("/")[3] ?? "", (isThere) => {
    response.writeHead(isThere ? 200 : 404, { "Content-Type": "application/json", "Content-Length": body.length });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
process.once("SIGTERM", () => process.exit());

async function lookUpIn(database: string): Promise<LookUp> {
  if (!isPostgresUrl(database)) {
    const opened = new Database(database, { readonly: true });
    const tenant = opened.prepare(tenantSql).pluck().get();
    const statement = opened.prepare(deviceSql("?", "?"));
    return (deviceId, done) => done(statement.get(tenant, deviceId) !== undefined);
  }
  // One connection, which takes questions before it has answered those before.
  const client = await new pg.Pool({ connectionString: database, max: 1, pipeline: true }).connect();
  const tenant = (await client.query({ text: tenantSql, rowMode: "array" })).rows[0]?.[0];
  return (deviceId, done) => {
    void client.query({ name: "digest", text: deviceSql("$1", "$2"), values: [tenant, deviceId] }, (error: Error | null, result) => {
      if (error) throw error;
      done(result.rows.length > 0);
    });
  };
}
