import { randomBytes } from "node:crypto";
import { hashPageSecret, nameOfSecret, newPageSecret } from "../session/page-secret.ts";
import type { PassingName, SessionStore } from "../session/session-store.ts";
import type { Person } from "../session/sessions.ts";
import { personOfClaims } from "./person-of-claims.ts";
import type { Provider, SignInChecks } from "./provider.ts";
import { SignInRefusal } from "./sign-in-refusal.ts";

/** Somebody who sets out for a provider. */
export interface SetOut {
  /** which provider, by its place in the list */
  readonly provider: number;
  /** our address to which the provider sends the browser back */
  readonly redirectUri: string;
  /** where in the page to go on */
  readonly returnTo: string;
  /** a secret that the browser keeps: only it can come back with the answer */
  readonly browser: string;
}

export interface ComeBack {
  readonly query: string;
  /** absent: the browser that came shows none */
  readonly browser: string | undefined;
}

export interface ProviderSignInMeans {
  readonly providers: readonly Provider[];
  readonly store: SessionStore;
  readonly now: () => number;
  readonly hasTenant: (id: string) => Promise<boolean>;
}

/** Between setting out and coming back. */
const longestWayMs = 10 * 60_000;

interface Kept extends Omit<SetOut, "browser">, Omit<SignInChecks, "state"> {
  readonly browserHash: string;
  readonly issuer: string;
  readonly clientId: string;
}

/** Where the browser is sent; what it comes back with is checked against what is kept meanwhile. @throws SignInRefusal */
export async function setOut(asked: SetOut, { providers, store, now }: ProviderSignInMeans): Promise<URL> {
  const provider = providers[asked.provider];
  if (provider === undefined) throw new SignInRefusal(404, "There is no such way to sign in.");
  const { issuer, clientId } = provider.settings;
  const state = newPageSecret("provider-sign-in");
  const [nonce, verifier] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const { browser, redirectUri, ...others } = asked;
  const kept: Kept = { ...others, redirectUri, nonce, verifier, browserHash: hashPageSecret(browser), issuer, clientId };
  const url = await provider.authorizationUrl({ state, nonce, verifier, redirectUri });
  const entry = { value: JSON.stringify(kept), expiresAt: now() + longestWayMs };
  await store.keep(nameOfSecret("provider-sign-in", state) as PassingName, entry, now());
  return url;
}

/** Who comes back, and where to go on; each way is gone once. @throws SignInRefusal */
export async function comeBack(
  { query, browser }: ComeBack,
  means: ProviderSignInMeans,
): Promise<{ readonly person: Person; readonly returnTo: string }> {
  const states = new URLSearchParams(query).getAll("state");
  const [state = ""] = states.length === 1 ? states : [];
  const name = nameOfSecret("provider-sign-in", state);
  const entry = name === undefined ? undefined : await means.store.take(name, means.now());
  const kept = entry === undefined ? undefined : (JSON.parse(entry.value) as Kept);
  if (kept === undefined || browser === undefined || kept.browserHash !== hashPageSecret(browser))
    throw new SignInRefusal(
      401,
      "This sign-in was not begun in this browser, took too long, or was used already. Begin again at the page.",
    );
  const provider = means.providers[kept.provider];
  // The list may be another since a restart.
  if (provider?.settings.issuer !== kept.issuer || provider.settings.clientId !== kept.clientId)
    throw new SignInRefusal(404, "There is no such way to sign in any more.");
  const person = personOfClaims(await provider.claims(query, { ...kept, state }), provider.settings);
  if (await means.hasTenant(person.tenantId)) return { person, returnTo: kept.returnTo };
  throw new SignInRefusal(403, "You are known, but your tenant does not exist here.");
}
