import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnIssuer, anIssuer, defender, tenantId } from "./an-issuer.ts";
import { startTlsIssuer, type TlsIssuer } from "./tls-issuer.ts";

let issuer: AnIssuer;
let server: TlsIssuer;

beforeAll(async () => {
  issuer = await anIssuer();
  issuer.nowMs = Date.now();
  server = await startTlsIssuer(issuer);
});
afterAll(() => server.close());

async function run(kind: string, tenant: string, resource: string, secret = issuer.secret): Promise<{ token?: string; error?: string }> {
  const script = join(import.meta.dirname, "real-client.ts");
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: server.caFile, CLIENT_SECRET: secret };
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, server.origin, tenant, issuer.client.clientId, resource], {
    env,
  });
  return JSON.parse(stdout);
}

const windows = "https://api.securitycenter.windows.com";

test.each([
  ["identity", tenantId, defender],
  ["identity", "default", "https://securitycenter.onmicrosoft.com/windowsatpservice"],
  ["msal", tenantId, defender],
  ["msal", tenantId, "https://eu.api.security.microsoft.com"],
  ["v1", tenantId, windows],
  ["v1", tenantId, `${windows}/`],
])("%s gets a token of tenant %s for %s that the verifier accepts", async (kind, tenant, resource) => {
  const { token, error } = await run(kind, tenant, resource);
  expect(error).toBeUndefined();
  const claims = JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ aud: resource, iss: `https://sts.windows.net/${tenantId}/`, tid: tenantId, roles: issuer.client.roles });
  expect(await issuer.verify(token ?? "")).toMatchObject({
    caller: { tenantId, clientId: issuer.client.clientId, roles: issuer.client.roles },
  });
});

test("the clients ask for discovery and token as described", () => {
  expect(new Set(server.asked)).toEqual(
    new Set([
      `GET /${tenantId}/v2.0/.well-known/openid-configuration`,
      "GET /default/v2.0/.well-known/openid-configuration",
      `POST /${tenantId}/oauth2/v2.0/token`,
      "POST /default/oauth2/v2.0/token",
      `POST /${tenantId}/oauth2/token`,
    ]),
  );
});

test.each([
  ["identity", defender, "wrong", "AADSTS7000215"],
  ["msal", defender, "wrong", "AADSTS7000215"],
  ["msal", "https://graph.microsoft.com", undefined, "AADSTS500011"],
])("%s for %s with secret %s tells its user why not", async (kind, resource, secret, code) => {
  const { error } = await run(kind, tenantId, resource, secret);
  expect(error).toContain(code);
  expect(error).not.toContain(issuer.secret);
});
