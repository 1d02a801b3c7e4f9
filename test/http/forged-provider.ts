import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** What is wrong with the next answer of a provider. */
export interface Forgery {
  /** claims beside and instead of the right ones */
  readonly claims?: JWTPayload;
  /** signed by a key that is not published */
  readonly isForeign?: boolean;
  /** instead of RS256 */
  readonly algorithm?: "none" | "HS256";
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A provider that says whatever a test wants; it signs anybody in at once. */
export interface ForgedProvider {
  readonly issuer: string;
  readonly clientId: string;
  forgery: Forgery;
  /** what it was asked for at its authorization endpoint, as our server wrote the address */
  answerTo: (address: string) => string;
  readonly close: () => Promise<void>;
}

export async function aForgedProvider(): Promise<ForgedProvider> {
  const [own, foreign] = [await generateKeyPair("RS256", { extractable: true }), await generateKeyPair("RS256")];
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const nonces = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const answer = (body: object): void => void response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (request.url?.endsWith("/openid-configuration") === true) return answer({ ...metadata(), ...provider.forgery.metadata });
    if (request.url === "/keys") return answer({ keys: [jwk] });
    let form = "";
    for await (const chunk of request) form += String(chunk);
    const nonce = nonces.get(new URLSearchParams(form).get("code") ?? "") ?? "";
    answer({ access_token: "x", token_type: "Bearer", expires_in: 60, id_token: await idToken(nonce) });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metadata = (): object => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
  const idToken = async (nonce: string): Promise<string> => {
    const { claims, isForeign, algorithm } = provider.forgery;
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, aud: provider.clientId, sub: "u", nonce, iat: now, exp: now + 300, roles: ["Score.Read.All"] };
    const all = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined));
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    if (algorithm === "none") return `${part({ alg: "none" })}.${part(all)}.`;
    if (algorithm === "HS256") return new SignJWT(all).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode("k".repeat(32)));
    return new SignJWT(all).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(isForeign === true ? foreign.privateKey : own.privateKey);
  };
  const provider: ForgedProvider = {
    issuer,
    clientId: "page",
    forgery: {},
    answerTo: (address) => {
      const asked = new URL(address).searchParams;
      const code = `code-${nonces.size}`;
      nonces.set(code, asked.get("nonce") ?? "");
      return `${asked.get("redirect_uri")}?code=${code}&state=${asked.get("state")}`;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
  return provider;
}
