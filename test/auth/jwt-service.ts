import { readIssuerSettings, readKeysUrl } from "../../src/auth/issuer-settings.ts";
import { TrustedIssuers, trustIssuer } from "../../src/auth/issuers.ts";
import { missingPermission } from "../../src/auth/permissions.ts";
import { answerMissingPermission, answerRefusal } from "../../src/auth/refusal-status.ts";
import { remoteKeys } from "../../src/auth/remote-keys.ts";
import type { Rules } from "../../src/auth/rules.ts";
import { steadyClock } from "../../src/auth/steady-clock.ts";
import { type TokenVerifier, tokenVerifier } from "../../src/auth/verify-token.ts";
import { type Fixture, publishedKeys } from "./jwt-fixture.ts";

/** What a request to `/api/machines/{target}/getmissingkbs` is answered, as far as authentication decides it. */
export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** all that a log could say */
  readonly logged: string;
}

/** A service of two tenants with an issuer each, its clock, and how often keys were fetched from where. */
export interface Service {
  readonly verifier: TokenVerifier;
  readonly issuers: TrustedIssuers;
  readonly ask: (authorization: readonly string[], target?: string) => Promise<Answer>;
  readonly fetched: string[];
  readonly reports: (string | undefined)[];
  /** what the key servers answer; replace it to make trouble */
  serve: (url: string, init?: RequestInit) => Response | Promise<Response>;
  nowMs: number;
  readonly tenants: Set<string>;
}

export const keysOf = (tenant: string): string => `https://login.test/${tenant}/discovery/v2.0/keys`;

/** Not a promise of the product but of the tests: which permission the route asks for. */
const needed = ["Software.Read.All"] as const;

export function aService(fixture: Fixture, options: { rules?: Rules; keysTimeoutMs?: number } = {}): Service {
  const published = publishedKeys();
  const service: { -readonly [K in keyof Service]?: Service[K] } = {
    fetched: [],
    reports: [],
    nowMs: Date.UTC(2026, 2, 1, 12),
    tenants: new Set([fixture.T1, fixture.T2]),
    serve: (url) => Response.json(url === keysOf(fixture.T2) ? published.T2 : published.T1),
  };
  const whole = service as Service;
  const now = steadyClock(() => whole.nowMs);
  const entries = [
    { issuer: "https://login.test/{tenantId}/v2.0", tenantId: fixture.T1, audiences: [fixture.audience], jwksUri: keysOf("{tenantId}") },
    { issuer: "https://login.test/{tenantId}/v2.0", tenantId: fixture.T2, audiences: [fixture.audience], jwksUri: keysOf("{tenantId}") },
  ];
  const fetchKeys = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    whole.fetched.push(String(url));
    return whole.serve(String(url), init);
  };
  service.issuers = new TrustedIssuers(
    readIssuerSettings(entries, "the fixture").map((settings) => {
      const algorithms = new Set(settings.algorithms);
      const report = (trouble: string | undefined): void => void whole.reports.push(trouble);
      const timeoutMs = options.keysTimeoutMs ?? 1000;
      return trustIssuer(settings, remoteKeys({ url: readKeysUrl(settings), algorithms, fetch: fetchKeys, now, report, timeoutMs }));
    }),
  );
  service.verifier = tokenVerifier({
    issuers: service.issuers,
    now,
    admit: ({ tenantId }) => (whole.tenants.has(tenantId) ? "welcome" : "tenant-gone"),
    ...(options.rules === undefined ? {} : { rules: options.rules }),
  });
  service.ask = (authorization, target = "machine_t1") => ask(whole, fixture, authorization, target);
  return whole;
}

async function ask({ verifier }: Service, fixture: Fixture, authorization: readonly string[], target: string): Promise<Answer> {
  const verdict = await verifier.verify(authorization);
  if ("refusal" in verdict) return { ...answerRefusal(verdict.refusal), logged: JSON.stringify(verdict.refusal) };
  const { caller } = verdict;
  const logged = JSON.stringify(caller);
  const missing = missingPermission(caller, needed);
  if (missing !== undefined) return { ...answerMissingPermission(missing), logged };
  const owner = target === "machine_t2" ? fixture.T2 : fixture.T1;
  return { status: owner === caller.tenantId ? 200 : 404, message: "", headers: {}, logged };
}
