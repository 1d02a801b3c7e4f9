import { discoveryDocument, type EndpointVersion } from "../../auth/issuer/discovery.ts";
import { answerTokenCall, type TokenEndpointMeans } from "../../auth/issuer/token-endpoint.ts";
import { longestForm } from "../../auth/issuer/token-form.ts";
import { decodeQuery } from "../../odata/decode-query.ts";
import { HttpError, notFound, shown } from "../http-error.ts";
import { bodyChunks } from "../read-body.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";

/** The built-in issuer: tokens, and what clients look up before they ask for one. */
export function tokenRoutes(means: TokenEndpointMeans): readonly Route[] {
  const versions: readonly (readonly [EndpointVersion, infix: string])[] = [
    ["v1", ""],
    ["v2", "/v2.0"],
  ];
  return versions.flatMap(([version, infix]): readonly Route[] => [
    {
      method: "POST",
      path: `/:tenant/oauth2${infix}/token`,
      may: "anyone",
      takes: ["application/x-www-form-urlencoded"],
      summary: `a token, asked for by ${version === "v1" ? "resource" : "scope"}`,
      handle: (call) => giveToken(call, version, means),
    },
    {
      method: "GET",
      path: `/:tenant${infix}/.well-known/openid-configuration`,
      may: "anyone",
      summary: "where the issuer's endpoints are",
      handle: (call) => discovery(call, version, means),
    },
    {
      method: "GET",
      path: `/:tenant/discovery${infix}/keys`,
      may: "anyone",
      summary: "the issuer's public keys",
      handle: async (call) => {
        await tenantId(call, means);
        return { body: JSON.stringify(await means.keys.publicKeys()) };
      },
    },
  ]);
}

async function giveToken(call: Call, version: EndpointVersion, means: TokenEndpointMeans): Promise<Answer> {
  const { status, headers, body } = await answerTokenCall(
    {
      tenant: param(call, "tenant"),
      version,
      contentType: call.headers["content-type"],
      authorization: call.headers.authorization,
      body: await readForm(call),
      correlationId: correlationOf(call),
    },
    means,
  );
  return { status, headers, body: JSON.stringify(body) };
}

async function readForm(call: Call): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyChunks(call)) {
    bytes += chunk.length;
    // One byte more than is read: the endpoint itself says that it is too much.
    if (bytes > longestForm + 65_536) throw new HttpError(413, "RequestTooLarge", "the form is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function correlationOf({ path, headers }: Call): string | undefined {
  const header = headers["client-request-id"];
  return (
    decodeQuery(path.query).find(({ name }) => name === "client-request-id")?.value ?? (typeof header === "string" ? header : undefined)
  );
}

async function discovery(call: Call, version: EndpointVersion, means: TokenEndpointMeans): Promise<Answer> {
  const id = await tenantId(call, means);
  const { origin } = call;
  return { body: JSON.stringify(discoveryDocument({ origin, tenant: param(call, "tenant"), tenantId: id, version })) };
}

async function tenantId(call: Call, { findTenant }: TokenEndpointMeans): Promise<string> {
  const name = param(call, "tenant");
  const id = await findTenant(name);
  if (id === undefined) throw notFound(`Tenant ${shown(name)}`);
  return id;
}
