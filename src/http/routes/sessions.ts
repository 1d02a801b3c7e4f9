import { comeBack, type ProviderSignInMeans, setOut } from "../../auth/oidc/provider-sign-in.ts";
import { SignInRefusal } from "../../auth/oidc/sign-in-refusal.ts";
import { newPageSecret } from "../../auth/session/page-secret.ts";
import type { Opened, Sessions } from "../../auth/session/sessions.ts";
import { decodeQuery } from "../../odata/decode-query.ts";
import type { Tenant } from "../../stores/device-store.ts";
import { HttpError, type WireErrorCode } from "../http-error.ts";
import { readJsonObject } from "../read-body.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { requireOwnOrigin, requirePage } from "../same-origin.ts";
import { printCookie, readCookie, sessionCookie } from "../session-cookie.ts";

/** What signing in at the page works with. */
export interface PageSignIn {
  readonly sessions: Sessions;
  readonly now: () => number;
  readonly providers: ProviderSignInMeans;
  /** a tenant that exists */
  readonly tenant: (id: string) => Promise<Tenant | undefined>;
  /** the devices are the bundled sample's */
  readonly isSample: boolean;
}

/** Ties the way to a provider and back to one browser. */
const wayCookie = "patchgap-sign-in";
const wayPath = "/session/oidc";
const waySeconds = 600;

/** Signing in at the page, and out again. */
export function sessionRoutes(means: PageSignIn): readonly Route[] {
  const open = (method: Route["method"], path: string, summary: string, handle: Route["handle"]): Route => {
    return { method, path, may: "anyone", summary, handle };
  };
  const leave = { ...open("GET", `${wayPath}/:provider`, "leads to a provider, to sign in there", (call) => begin(call, means)) };
  return [
    open("GET", "/session/ways", "how one can sign in", async () => ({ body: JSON.stringify({ ways: waysOf(means) }) })),
    open("POST", "/session", "signs in with the code of a one-time link", (call) => signInByCode(call, means)),
    open("GET", "/session", "who is signed in at the page", (call) => tell(call, means)),
    open("DELETE", "/session", "signs out", (call) => signOut(call, means)),
    { ...leave, options: ["returnTo"] },
    open("GET", `${wayPath}/callback`, "where a provider sends people back to", (call) => finish(call, means)),
  ];
}

function waysOf({ providers: { providers } }: PageSignIn): readonly object[] {
  return [{ kind: "link" }, ...providers.map(({ settings }, index) => ({ kind: "oidc", name: settings.name, url: `${wayPath}/${index}` }))];
}

async function signInByCode(call: Call, { sessions, now }: PageSignIn): Promise<Answer> {
  requireOwnOrigin({ method: "POST", headers: call.headers, origin: call.origin });
  const { code } = await readJsonObject(call);
  if (typeof code !== "string") throw new HttpError(400, "InvalidRequestBody", 'A "code" is expected: the part of the link behind #.');
  const opened = await sessions.redeem(code);
  if (opened !== undefined) return { status: 204, headers: { "Set-Cookie": cookieOf(call, opened, now()) }, body: "" };
  throw new HttpError(401, "Unauthorized", "This link was used already, or its hour is over. `patchgap sign-in` prints a new one.");
}

async function tell(call: Call, { sessions, tenant, isSample }: PageSignIn): Promise<Answer> {
  requirePage({ method: "GET", headers: call.headers, origin: call.origin });
  const secret = readCookie(call.headers, sessionCookie);
  const session = secret === undefined ? undefined : await sessions.find(secret);
  const own = session === undefined ? undefined : await tenant(session.tenantId);
  if (session === undefined || own === undefined) throw new HttpError(401, "Unauthorized", "Nobody is signed in. Sign in first.");
  const { name, roles, expiresAt } = session;
  return { body: JSON.stringify({ tenant: own, name, roles, expiresAt: new Date(expiresAt).toISOString(), isSample }) };
}

async function signOut(call: Call, { sessions }: PageSignIn): Promise<Answer> {
  requirePage({ method: "DELETE", headers: call.headers, origin: call.origin });
  const secret = readCookie(call.headers, sessionCookie);
  if (secret !== undefined) await sessions.close(secret);
  return { status: 204, headers: { "Set-Cookie": cookieOf(call, { secret: "", expiresAt: 0 }, 0) }, body: "" };
}

async function begin(call: Call, { providers }: PageSignIn): Promise<Answer> {
  const browser = knownBrowser(call) ?? newPageSecret("provider-sign-in");
  const asked = decodeQuery(call.path.query).find(({ name }) => name === "returnTo")?.value;
  const number = param(call, "provider");
  const way = {
    provider: /^\d{1,4}$/.test(number) ? Number(number) : -1,
    redirectUri: `${call.origin}${wayPath}/callback`,
    returnTo: ownView(asked),
    browser,
  };
  const url = await orHttpError(call, setOut(way, providers));
  // Lax: the browser comes back from another site.
  const facts = { name: wayCookie, value: browser, path: wayPath, seconds: waySeconds, sameSite: "Lax", origin: call.origin } as const;
  return { status: 302, headers: { Location: url.href, "Set-Cookie": printCookie(facts) }, body: "" };
}

/** Several ways of one browser, in two tabs, have one secret. */
function knownBrowser({ headers }: Call): string | undefined {
  const value = readCookie(headers, wayCookie);
  return value !== undefined && /^[\w-]{47}$/.test(value) ? value : undefined;
}

async function finish(call: Call, { sessions, providers, now }: PageSignIn): Promise<Answer> {
  const way = comeBack({ query: call.path.query, browser: readCookie(call.headers, wayCookie) }, providers);
  const { person, returnTo } = await orHttpError(call, way);
  const opened = await sessions.open(person);
  return { status: 302, headers: { Location: returnTo, "Set-Cookie": cookieOf(call, opened, now()) }, body: "" };
}

/** A view of the page, and nothing else that a browser would take for an address. */
function ownView(asked: string | undefined): string {
  const base = "http://page.invalid";
  const url = asked?.startsWith("/ui") === true && URL.canParse(asked, base) ? new URL(asked, base) : undefined;
  const isOwn = url?.origin === base && /^\/ui(?:\/|$)/.test(url.pathname) && !url.pathname.includes("//");
  return isOwn ? url.pathname + url.search + url.hash : "/ui/";
}

function cookieOf({ origin }: Call, { secret, expiresAt }: Opened, now: number): string {
  const seconds = Math.ceil((expiresAt - now) / 1000);
  return printCookie({ name: sessionCookie, value: secret, path: "/", seconds, sameSite: "Strict", origin });
}

const codes: Readonly<Record<SignInRefusal["status"], WireErrorCode>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "ResourceNotFound",
  503: "ServiceUnavailable",
};

/** Whoever looks with a browser is led to the view that says what to do; programs have the answer as any other. */
async function orHttpError<T>({ headers: { accept }, id }: Call, way: Promise<T>): Promise<T> {
  try {
    return await way;
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error;
    const code = codes[error.status];
    if (accept?.includes("text/html") === true)
      throw new HttpError(302, code, error.message, { Location: `/ui/sign-in?refused=${error.status}&log=${id}` });
    const headers: Readonly<Record<string, string>> = error.status === 503 ? { "Retry-After": "30" } : {};
    throw new HttpError(error.status, code, error.message, headers);
  }
}
