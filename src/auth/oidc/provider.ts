import { decodeProtectedHeader } from "jose";
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
} from "openid-client";
import { knownAlgorithms } from "../read-jwks.ts";
import { readSafeUrl } from "../setting-entry.ts";
import type { Claims } from "./person-of-claims.ts";
import type { ProviderSettings } from "./provider-settings.ts";
import { SignInRefusal } from "./sign-in-refusal.ts";

/** What a sign-in is bound to until it is back. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  /** of PKCE */
  readonly verifier: string;
  readonly redirectUri: string;
}

/** A provider, as far as signing in goes. */
export interface Provider {
  readonly settings: ProviderSettings;
  /** where the browser is sent */
  readonly authorizationUrl: (checks: SignInChecks) => Promise<URL>;
  /** the claims of the ID token that an answer leads to; @throws SignInRefusal */
  readonly claims: (query: string, checks: SignInChecks) => Promise<Claims>;
}

/** What the provider said of itself is read again after so long. */
const longestKnownMs = 60 * 60_000;
const timeoutSeconds = 10;

export interface ProviderMeans {
  /** absent: a client without one */
  readonly clientSecret: string | undefined;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

/** A provider that is asked who it is when somebody signs in: it need not be there when the server starts. */
export function openProvider(settings: ProviderSettings, means: ProviderMeans): Provider {
  let known: { readonly configuration: Promise<Configuration>; readonly at: number } | undefined;
  const configuration = (): Promise<Configuration> => {
    if (known !== undefined && means.now() - known.at < longestKnownMs) return known.configuration;
    const asked = discover(settings, means);
    known = { configuration: asked, at: means.now() };
    asked.catch(() => {
      if (known?.configuration === asked) known = undefined;
    });
    return asked;
  };
  return {
    settings,
    authorizationUrl: async (checks) => buildAuthorizationUrl(await configuration(), await parametersOf(checks, settings)),
    claims: async (query, checks) => readClaims(await configuration(), query, checks, settings),
  };
}

async function discover(settings: ProviderSettings, { clientSecret, fetch: ask }: ProviderMeans): Promise<Configuration> {
  const url = new URL(settings.issuer);
  const execute = url.protocol === "http:" ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks];
  try {
    const configuration = await discovery(url, settings.clientId, undefined, authenticationWith(clientSecret), {
      execute,
      timeout: timeoutSeconds,
      [customFetch]: (address, options) => ask(address, options as RequestInit),
    });
    const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = configuration.serverMetadata();
    // The library forgives a slash too many, and some providers that speak for all their customers at once.
    if (issuer !== settings.issuer) throw new Error("it calls itself by another name");
    for (const address of [authorization_endpoint, token_endpoint, jwks_uri])
      if (address === undefined || readSafeUrl(address) === undefined) throw new Error("an endpoint is missing, or not https");
    return configuration;
  } catch (error) {
    throw new SignInRefusal(503, `${settings.name} cannot be reached, or does not say how it signs people in. Try again later.`, {
      cause: error,
    });
  }
}

/** In the form or in a header, as the provider takes it. */
function authenticationWith(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [inForm, inHeader] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, ...others) => {
    const takesForm = server.token_endpoint_auth_methods_supported?.includes("client_secret_post") === true;
    return (takesForm ? inForm : inHeader)(server, ...others);
  };
}

async function parametersOf(checks: SignInChecks, { scopes }: ProviderSettings): Promise<Record<string, string>> {
  return {
    redirect_uri: checks.redirectUri,
    scope: scopes.join(" "),
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: "S256",
  };
}

async function readClaims(
  configuration: Configuration,
  query: string,
  { state, nonce, verifier, redirectUri }: SignInChecks,
  { issuer, name }: ProviderSettings,
): Promise<Claims> {
  const answered = new URL(redirectUri);
  answered.search = query;
  const expected = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
  const tokens = await authorizationCodeGrant(configuration, answered, expected).catch((error) => {
    throw refusalOf(error, name);
  });
  const claims = tokens.claims();
  const { alg = "" } = decodeProtectedHeader(tokens.id_token ?? "");
  if (claims !== undefined && claims.iss === issuer && knownAlgorithms.includes(alg)) return claims;
  throw new SignInRefusal(
    401,
    `The answer of ${name} cannot be believed: its ID token is of another issuer, or signed otherwise than allowed.`,
  );
}

/** What of a failure is for the person: the provider's own word, or the library's code; texts of others are not repeated. */
function refusalOf(error: unknown, name: string): SignInRefusal {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new SignInRefusal(401, `${name} did not sign you in (${wordOf(error.error)}). Begin again at the page.`, { cause: error });
  if (error instanceof ClientError && !["OAUTH_TIMEOUT", "OAUTH_RESPONSE_IS_NOT_CONFORM"].includes(error.code ?? ""))
    return new SignInRefusal(401, `The answer of ${name} cannot be believed (${wordOf(error.code)}). Begin again at the page.`, {
      cause: error,
    });
  return new SignInRefusal(503, `${name} cannot be reached at the moment. Begin again at the page.`, { cause: error });
}

function wordOf(text: string | undefined): string {
  return (text ?? "").replace(/[^A-Za-z0-9_]/g, "").slice(0, 60);
}
