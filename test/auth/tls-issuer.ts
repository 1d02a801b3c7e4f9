import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { discoveryDocument, type EndpointVersion } from "../../src/auth/issuer/discovery.ts";
import { answerTokenCall, type TokenEndpointMeans } from "../../src/auth/issuer/token-endpoint.ts";

/** The issuer behind TLS, as small as a server can be. */
export interface TlsIssuer {
  readonly origin: string;
  /** the private CA, as a file for NODE_EXTRA_CA_CERTS */
  readonly caFile: string;
  /** method and path of every request */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startTlsIssuer(means: TokenEndpointMeans): Promise<TlsIssuer> {
  const { ca, key, cert } = await makeCertificates();
  const folder = mkdtempSync(join(tmpdir(), "patchgap-ca-"));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca);
  const asked: string[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { status, headers, answer } = await route(request.url ?? "", originOf(server), body, request.headers, means);
    response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", ...headers }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    rmSync(folder, { recursive: true });
  };
  return { origin: originOf(server), caFile, asked, close };
}

const originOf = (server: Server): string => `https://localhost:${(server.address() as AddressInfo).port}`;

interface Routed {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

async function route(
  url: string,
  origin: string,
  body: string,
  headers: Record<string, string | string[] | undefined>,
  means: TokenEndpointMeans,
): Promise<Routed> {
  const { pathname, searchParams } = new URL(url, origin);
  const [, tenant = "", ...rest] = pathname.split("/");
  const path = rest.join("/");
  const version: EndpointVersion = path.includes("v2.0") ? "v2" : "v1";
  if (path.endsWith(".well-known/openid-configuration")) {
    const tenantId = (await means.findTenant(tenant)) ?? "";
    return { status: 200, answer: discoveryDocument({ origin, tenant, tenantId, version }) };
  }
  if (path.startsWith("discovery/")) return { status: 200, answer: await means.keys.publicKeys() };
  if (!path.startsWith("oauth2/")) return { status: 404, answer: {} };
  const { "content-type": contentType, authorization } = headers as Record<string, string | undefined>;
  const correlationId = searchParams.get("client-request-id") ?? undefined;
  const { body: answer, ...others } = await answerTokenCall({ tenant, version, contentType, authorization, body, correlationId }, means);
  return { ...others, answer };
}

/** A private CA, and a certificate for `localhost` that it signed. */
export async function makeCertificates(): Promise<{ ca: string; key: string; cert: string }> {
  const algorithm = "sha256";
  const ca = await generate([{ name: "commonName", value: "patchgap test CA" }], {
    algorithm,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    algorithm,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  });
  return { ca: ca.cert, key: server.private, cert: server.cert };
}
