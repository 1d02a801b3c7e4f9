import type { Caller } from "../auth/caller.ts";
import { missingPermission, type Permission } from "../auth/permissions.ts";
import type { RefusalFacts } from "../auth/refusal.ts";
import { answerMissingPermission, answerRefusal, type RefusalAnswer } from "../auth/refusal-status.ts";
import { callerOfSession, type Session } from "../auth/session/sessions.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Tenant } from "../stores/device-store.ts";
import { HttpError } from "./http-error.ts";
import { type RequestSource, requirePage } from "./same-origin.ts";
import { readCookie, sessionCookie } from "./session-cookie.ts";

/** Who calls, and for whom. */
export interface SignedIn {
  readonly caller: Caller;
  readonly tenant: Tenant;
}

export interface SignInMeans {
  readonly verifier: TokenVerifier;
  /** the page's session that a cookie names */
  readonly findSession: (secret: string) => Promise<Session | undefined>;
  /** the tenant of an id, from memory */
  readonly tenant: (id: string) => Tenant | undefined;
  /** the log hears why somebody was turned away, with what was expected and what came */
  readonly report: (reason: string, facts: RefusalFacts) => void;
}

/** A request, as far as it says who calls. */
export interface SignedRequest extends RequestSource {
  readonly rawHeaders: readonly string[];
  /** told of a caller with a good token and the permission, of a tenant that is here, before it is known whether its client may still come */
  readonly onGood?: ((caller: Caller) => void) | undefined;
}

/** Says who calls by the `Authorization` headers, and where there is none by the page's cookie; @throws HttpError 401, 403 or 503 */
export async function signIn(request: SignedRequest, may: readonly Permission[], means: SignInMeans): Promise<SignedIn> {
  const authorization = authorizationOf(request.rawHeaders);
  const secret = authorization.length === 0 ? readCookie(request.headers, sessionCookie) : undefined;
  const caller =
    secret === undefined
      ? await callerOfToken(authorization, means, (good) => {
          // A token may name any tenant: for one that is not here nothing is asked.
          if (means.tenant(good.tenantId) !== undefined && missingPermission(good, may) === undefined) request.onGood?.(good);
        })
      : await callerOfCookie(request, secret, means);
  const tenant = means.tenant(caller.tenantId);
  if (tenant === undefined) throw refused(answerRefusal({ reason: "tenant-gone" }));
  const missing = missingPermission(caller, may);
  if (missing === undefined) return { caller, tenant };
  means.report("permission", { appId: caller.clientId ?? "", tenant: caller.tenantId });
  throw refused(answerMissingPermission(missing));
}

async function callerOfToken(
  authorization: readonly string[],
  { verifier, report }: SignInMeans,
  onGood: (caller: Caller) => void,
): Promise<Caller> {
  const verdict = await verifier.verify(authorization, onGood);
  if (!("refusal" in verdict)) return verdict.caller;
  report(verdict.refusal.reason, verdict.refusal.facts);
  throw refused(answerRefusal(verdict.refusal));
}

/** Where it comes from is looked at first: another site is not told whether somebody is signed in here. */
async function callerOfCookie(request: SignedRequest, secret: string, { findSession, report }: SignInMeans): Promise<Caller> {
  requirePage(request);
  const session = await findSession(secret);
  if (session !== undefined) return callerOfSession(session);
  report("session-ended", {});
  throw refused(answerRefusal({ reason: "session-ended" }));
}

function refused({ status, code, message, headers, details }: RefusalAnswer): HttpError {
  return new HttpError(status, code, message, headers, details);
}

/** Every one of them: Node.js itself keeps the first and says nothing of the others. */
function authorizationOf(rawHeaders: readonly string[]): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === "authorization") values.push(rawHeaders[index + 1] ?? "");
  }
  return values;
}
