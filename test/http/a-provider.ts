import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** A real OpenID provider on this machine; whoever asks is signed in as the person that stands in `person`. */
export interface RealProvider {
  readonly issuer: string;
  /** claims of whoever signs in next */
  readonly person: Record<string, unknown>;
  /** walks from an authorization address to the address that the browser is sent back to */
  readonly walk: (address: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export const clientId = "patchgap-page";
export const clientSecret = "a secret with : and % and +";

export async function aProvider(redirectUris: readonly string[]): Promise<RealProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const person: Record<string, unknown> = {};
  const provider = new Provider(issuer, {
    clients: [
      { client_id: clientId, client_secret: clientSecret, redirect_uris: [...redirectUris], grant_types: ["authorization_code"] },
      { client_id: "public", token_endpoint_auth_method: "none", redirect_uris: [...redirectUris], application_type: "native" },
    ],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "roles", "groups", "org", "name"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        ...(context.oidc.client === undefined ? {} : { clientId: context.oidc.client.clientId }),
        ...(context.oidc.session?.accountId === undefined ? {} : { accountId: context.oidc.session.accountId }),
      });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) return void answer(request, response);
    const result =
      person["refuses"] === true ? { error: "access_denied" } : { login: { accountId: String(person["sub"] ?? "somebody") }, consent: {} };
    await provider.interactionFinished(request, response, result);
  });
  return { issuer, person, walk: (address) => walk(address, issuer), close: () => close(server) };
}

/** As a browser would: redirects and cookies. */
async function walk(start: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  let address = start;
  for (let steps = 0; steps < 10; steps++) {
    const Cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const { headers, status } = await fetch(address, { redirect: "manual", headers: { Cookie } });
    for (const set of headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const next = headers.get("location");
    if (next === null) throw new Error(`the provider answered ${status} at ${address}`);
    address = new URL(next, address).href;
    if (!address.startsWith(issuer)) return address;
  }
  throw new Error("the provider leads nowhere");
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
}
