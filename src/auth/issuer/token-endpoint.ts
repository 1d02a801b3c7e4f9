import { hasSecret } from "./client-secret.ts";
import type { ApiClient, ClientStore } from "./client-store.ts";
import type { EndpointVersion } from "./discovery.ts";
import { type MintedToken, mintToken } from "./mint-token.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { quoted, TokenRefusal } from "./token-error.ts";
import { readCredentials, readForm, required, type TokenForm } from "./token-form.ts";

/** One request to `/{tenant}/oauth2/token` or `/{tenant}/oauth2/v2.0/token`. */
export interface TokenCall {
  /** from the path: an id or an alias */
  readonly tenant: string;
  readonly version: EndpointVersion;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
  /** the `client-request-id` of query or header */
  readonly correlationId?: string | undefined;
}

/** What to answer, whatever the server. */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface TokenEndpointMeans {
  /** the id of a tenant, by id or alias */
  readonly findTenant: (tenant: string) => string | undefined | Promise<string | undefined>;
  readonly clients: ClientStore;
  readonly keys: SigningKeys;
  readonly audiences: ReadonlySet<string>;
  /** milliseconds */
  readonly now: () => number;
}

/** Gives a client its token, or says in Entra's form why not. */
export async function answerTokenCall(call: TokenCall, means: TokenEndpointMeans): Promise<TokenAnswer> {
  const headers = { "Cache-Control": "no-store", Pragma: "no-cache" };
  try {
    return { status: 200, headers, body: await giveToken(call, means) };
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const usedBasic = error.status === 401 && call.authorization !== undefined;
    const challenge = usedBasic ? { "WWW-Authenticate": 'Basic realm="patchgap"' } : {};
    return { status: error.status, headers: { ...headers, ...challenge }, body: error.body(means.now(), call.correlationId) };
  }
}

async function giveToken(call: TokenCall, means: TokenEndpointMeans): Promise<object> {
  const form = readForm(call.body, call.contentType);
  const tenantId = await means.findTenant(call.tenant);
  if (tenantId === undefined) {
    const message = `Tenant ${quoted(call.tenant)} not found. Check to make sure you have the correct tenant ID.`;
    throw new TokenRefusal("invalid_request", 90_002, message);
  }
  refuseOtherGrants(form);
  const client = await signIn(form, call.authorization, tenantId, means.clients);
  const audience = askedAudience(form, call, means.audiences);
  const facts = { tenantId, clientId: client.clientId, audience, roles: client.roles, now: means.now() };
  const minted = await mintToken(facts, await means.keys.signingKey());
  return call.version === "v1" ? answerV1(minted, audience) : answerV2(minted);
}

function refuseOtherGrants(form: TokenForm): void {
  const grant = required(form, "grant_type");
  if (grant !== "client_credentials") {
    throw new TokenRefusal(
      "unsupported_grant_type",
      70_003,
      "The app requested an unsupported grant type: only client_credentials is supported.",
    );
  }
}

/** Unknown client, revoked client and wrong secret look the same and take the same time. */
async function signIn(form: TokenForm, authorization: string | undefined, tenantId: string, clients: ClientStore): Promise<ApiClient> {
  const { clientId, secret } = readCredentials(form, authorization);
  const client = await clients.find(clientId);
  if (!hasSecret(client, secret) || client === undefined) {
    throw new TokenRefusal("invalid_client", 7_000_215, "Invalid client secret provided, or the application is unknown or revoked.");
  }
  if (client.tenantId === tenantId) return client;
  throw new TokenRefusal("unauthorized_client", 700_016, `Application ${quoted(clientId)} was not found in the directory it asked.`);
}

function askedAudience(form: TokenForm, { version, tenant }: TokenCall, audiences: ReadonlySet<string>): string {
  const resource = version === "v1" ? required(form, "resource") : resourceOfScope(required(form, "scope"));
  if (audiences.has(resource)) return resource;
  const message = `The resource principal named ${quoted(resource)} was not found in the tenant named ${quoted(tenant)}.`;
  throw new TokenRefusal("invalid_resource", 500_011, message);
}

/** `https://api.securitycenter.microsoft.com/.default`; Entra takes what stands before `/.default` for the audience, a slash included. */
function resourceOfScope(scope: string): string {
  const [resource, ...others] = scope.split(" ").filter((word) => word !== "");
  if (resource?.endsWith("/.default") === true && others.length === 0) return resource.slice(0, -"/.default".length);
  const message = `The provided value for the input parameter 'scope' is not valid: one resource with the suffix /.default is expected.`;
  throw new TokenRefusal("invalid_scope", 1_002_012, message);
}

/** Seconds a client may count on: one less, as Entra says it. */
function usableSeconds({ issuedAt, expiresAt }: MintedToken): number {
  return expiresAt - issuedAt - 1;
}

function answerV1(minted: MintedToken, resource: string): object {
  const seconds = String(usableSeconds(minted));
  return {
    token_type: "Bearer",
    expires_in: seconds,
    ext_expires_in: seconds,
    expires_on: String(minted.expiresAt),
    not_before: String(minted.issuedAt),
    resource,
    access_token: minted.token,
  };
}

function answerV2(minted: MintedToken): object {
  const seconds = usableSeconds(minted);
  return { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds, access_token: minted.token };
}
