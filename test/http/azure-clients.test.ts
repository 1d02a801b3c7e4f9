import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import type { Permission } from "../../src/auth/permissions.ts";
import { makeCertificates } from "../auth/tls-issuer.ts";
import { fleetDevices, fleetDocuments, fleetTime, idOf } from "./a-fleet.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { documentsFolder } from "./documents-folder.ts";

/** Microsoft's own libraries, unmodified, against the server over TLS. */

const documents = documentsFolder(fleetDocuments);
const certificates = mkdtempSync(join(tmpdir(), "patchgap-certificates-"));
const fileOf = (name: string): string => join(certificates, `${name}.pem`);
const path = `/api/machines/${idOf("1")}/getmissingkbs`;
let server: TestServer;
let origin: string;

beforeAll(async () => {
  for (const [name, pem] of Object.entries(await makeCertificates())) writeFileSync(fileOf(name), pem);
  const settings = { tlsCert: fileOf("cert"), tlsKey: fileOf("key") };
  server = await aServer({ documents, settings, now: () => new Date(fleetTime) });
  await server.ingest(fleetDevices);
  origin = server.origin.replace("127.0.0.1", "localhost");
});
afterAll(async () => {
  await server.close();
  for (const folder of [documents, certificates]) rmSync(folder, { recursive: true });
});

const tenantId = (): string => server.tenants.get("default")?.id ?? "";

async function addClient(roles: readonly Permission[]): Promise<{ readonly clientId: string; readonly secret: string }> {
  const { client, secret } = newClient({ tenantId: tenantId(), name: "a program", roles, createdAt: Date.now() });
  await server.store.clients.add(client);
  return { clientId: client.clientId, secret };
}

interface Read {
  readonly status?: number;
  // biome-ignore lint/suspicious/noExplicitAny: what tests look into is theirs to know
  readonly json?: any;
  readonly error?: string;
}

async function read(kind: string, tenant: string, { clientId, secret }: { clientId: string; secret: string }): Promise<Read> {
  const script = join(import.meta.dirname, "real-reader.ts");
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: fileOf("ca"), CLIENT_SECRET: secret };
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, origin, tenant, clientId, path], { env });
  return JSON.parse(stdout);
}

test.each([
  ["identity", "its id"],
  ["identity", "default"],
  ["msal", "its id"],
  ["msal", "default"],
  ["v1", "its id"],
])("%s gets a token of the tenant by %s, and reads missing KBs with it", async (kind, name) => {
  const client = await addClient(["Software.Read.All"]);
  const { error, status, json } = await read(kind, name === "default" ? name : tenantId(), client);
  expect(error).toBeUndefined();
  expect(status).toBe(200);
  expect(json["@odata.context"]).toBe(`${origin}/api/$metadata#Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)`);
  expect(json.value).toMatchObject([{ id: "5078885", osBuild: 19045, machineMissedOn: 1 }]);
});

test.each(["identity", "msal"])("%s with the wrong role reads nothing, and is told which it lacks", async (kind) => {
  const { status, json } = await read(kind, tenantId(), await addClient(["Machine.Read.All"]));
  expect(status).toBe(403);
  expect(json.error).toMatchObject({
    code: "Forbidden",
    message: "Missing application roles. API required roles: Software.Read.All, application roles: Machine.Read.All.",
  });
});

test.each(["identity", "msal"])("%s with a wrong secret tells its user the number of the error", async (kind) => {
  const { clientId } = await addClient(["Software.Read.All"]);
  const { error, status } = await read(kind, tenantId(), { clientId, secret: "wrong" });
  expect(status).toBeUndefined();
  expect(error).toContain("AADSTS7000215");
});
