import type { Caller } from "../../src/auth/caller.ts";
import { builtInAudiences } from "../../src/auth/issuer/audiences.ts";
import { trustBuiltInIssuer } from "../../src/auth/issuer/built-in-issuer.ts";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { type ApiClient, type ClientStore, clientsInMemory } from "../../src/auth/issuer/client-store.ts";
import type { EndpointVersion } from "../../src/auth/issuer/discovery.ts";
import { type SigningKeyStore, signingKeysInMemory } from "../../src/auth/issuer/signing-key-store.ts";
import { SigningKeys } from "../../src/auth/issuer/signing-keys.ts";
import { answerTokenCall, type TokenAnswer, type TokenEndpointMeans } from "../../src/auth/issuer/token-endpoint.ts";
import { TrustedIssuers } from "../../src/auth/issuers.ts";
import { type TokenVerifier, tokenVerifier, type Verdict } from "../../src/auth/verify-token.ts";

export const tenantId = "11111111-1111-4111-8111-111111111111";
export const otherTenantId = "22222222-2222-4222-8222-222222222222";
export const defender = "https://api.securitycenter.microsoft.com";

/** An issuer with two tenants, a client in the first, and the verifier that trusts it. */
export interface AnIssuer extends TokenEndpointMeans {
  readonly client: ApiClient;
  readonly secret: string;
  readonly clients: ClientStore;
  readonly keys: SigningKeys;
  readonly keyStore: SigningKeyStore;
  readonly verifier: TokenVerifier;
  nowMs: number;
  readonly ask: (
    fields: Record<string, string>,
    more?: { version?: EndpointVersion; tenant?: string; authorization?: string },
  ) => Promise<TokenAnswer>;
  /** asks in the usual way, and hands the token in */
  readonly signIn: () => Promise<string>;
  readonly verify: (token: string) => Promise<Verdict>;
}

export async function anIssuer(roles: readonly string[] = ["Software.Read.All", "Machine.Read.All"]): Promise<AnIssuer> {
  const time = { nowMs: Date.UTC(2026, 2, 1, 12) };
  const now = (): number => time.nowMs;
  const keyStore = signingKeysInMemory();
  const keys = new SigningKeys({ store: keyStore, now });
  const clients = clientsInMemory();
  const audiences = builtInAudiences(["https://patchgap.example"]);
  const { client, secret } = newClient({ tenantId, name: "a test", roles, createdAt: now() });
  await clients.add(client);
  const admit = async ({ clientId }: Caller) =>
    (await clients.find(clientId ?? ""))?.revokedAt === undefined ? ("welcome" as const) : ("client-revoked" as const);
  const verifier = tokenVerifier({ issuers: new TrustedIssuers([trustBuiltInIssuer(keys, audiences)]), now, admit });
  const tenants = new Map([tenantId, otherTenantId].map((id) => [id, id])).set("default", tenantId);
  const findTenant = (tenant: string): string | undefined => tenants.get(tenant);
  const means: TokenEndpointMeans = { findTenant, clients, keys, audiences, now };
  const ask: AnIssuer["ask"] = (fields, { version = "v2", tenant = tenantId, authorization } = {}) => {
    const body = new URLSearchParams(fields).toString();
    return answerTokenCall({ tenant, version, contentType: "application/x-www-form-urlencoded", authorization, body }, means);
  };
  const usual = { grant_type: "client_credentials", client_id: client.clientId, client_secret: secret, scope: `${defender}/.default` };
  const signIn = async (): Promise<string> => ((await ask(usual)).body as { access_token: string }).access_token;
  const verify = (token: string): Promise<Verdict> => verifier.verify(`Bearer ${token}`);
  return Object.assign(time, { ...means, client, secret, clients, keys, keyStore, verifier, ask, signIn, verify });
}
