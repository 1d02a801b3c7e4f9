import type { Caller } from "../auth/caller.ts";
import { missingPermission, type Permission } from "../auth/permissions.ts";
import type { RefusalFacts } from "../auth/refusal.ts";
import { answerMissingPermission, answerRefusal, type RefusalAnswer } from "../auth/refusal-status.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Tenant } from "../stores/device-store.ts";
import { HttpError } from "./http-error.ts";

/** Who calls, and for whom. */
export interface SignedIn {
  readonly caller: Caller;
  readonly tenant: Tenant;
}

export interface SignInMeans {
  readonly verifier: TokenVerifier;
  /** the tenant of an id, from memory */
  readonly tenant: (id: string) => Tenant | undefined;
  /** the log hears why somebody was turned away, with what was expected and what came */
  readonly report: (reason: string, facts: RefusalFacts) => void;
}

/** Says who calls by the `Authorization` headers; @throws HttpError 401, 403 or 503 */
export async function signIn(rawHeaders: readonly string[], may: readonly Permission[], means: SignInMeans): Promise<SignedIn> {
  const verdict = await means.verifier.verify(authorizationOf(rawHeaders));
  if ("refusal" in verdict) {
    means.report(verdict.refusal.reason, verdict.refusal.facts);
    throw refused(answerRefusal(verdict.refusal));
  }
  const { caller } = verdict;
  const tenant = means.tenant(caller.tenantId);
  if (tenant === undefined) throw refused(answerRefusal({ reason: "tenant-gone" }));
  const missing = missingPermission(caller, may);
  if (missing === undefined) return { caller, tenant };
  means.report("permission", { appId: caller.clientId ?? "", tenant: caller.tenantId });
  throw refused(answerMissingPermission(missing));
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
