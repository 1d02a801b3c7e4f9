import type { IssuerSettings } from "./issuer-settings.ts";
import type { ParsedToken } from "./parse-token.ts";
import { textMember } from "./parse-token.ts";
import type { KeySet } from "./verification-key.ts";

/** An issuer whose tokens are believed, and what they are believed about. */
export interface TrustedIssuer {
  /** the exact `iss`; `{tenantId}` stands for the tenant that the token names */
  readonly issuer: string;
  readonly audiences: ReadonlySet<string>;
  readonly algorithms: ReadonlySet<string>;
  /** the only tenant it speaks for */
  readonly tenantId: string | undefined;
  readonly tenantClaim: string;
  readonly rolesClaim: string;
  readonly scopesClaim: string;
  readonly keys: KeySet;
}

/** An issuer as configured, with its keys. */
export function trustIssuer(settings: IssuerSettings, keys: KeySet): TrustedIssuer {
  const { issuer, tenantId } = settings;
  return {
    ...settings,
    issuer: tenantId === undefined ? issuer : issuer.replaceAll("{tenantId}", tenantId),
    audiences: new Set(settings.audiences),
    algorithms: new Set(settings.algorithms),
    tenantId,
    keys,
  };
}

/** All trusted issuers, found by the exact text of `iss`. */
export class TrustedIssuers {
  readonly #named: ReadonlyMap<string, readonly TrustedIssuer[]>;
  readonly #templates: readonly TrustedIssuer[];

  constructor(issuers: readonly TrustedIssuer[]) {
    this.#templates = issuers.filter(({ issuer }) => issuer.includes("{tenantId}"));
    const named = new Map<string, TrustedIssuer[]>();
    for (const entry of issuers) {
      if (!this.#templates.includes(entry)) named.set(entry.issuer, [...(named.get(entry.issuer) ?? []), entry]);
    }
    this.#named = named;
  }

  /**
   * Who issued the token, by its own words. Two may share an `iss`: Entra's v1 tokens and ours do. Then it is the one that has the key; if
   * neither has, the one named outright, which may know where to look for it.
   */
  find({ header, claims }: ParsedToken): TrustedIssuer | undefined {
    const iss = textMember(claims, "iss");
    if (iss === undefined) return undefined;
    const templated = this.#templates.filter(({ issuer, tenantClaim }) => printed(issuer, textMember(claims, tenantClaim)) === iss);
    const [first, ...others] = [...(this.#named.get(iss) ?? []), ...templated];
    if (others.length === 0) return first;
    const kid = textMember(header, "kid") ?? "";
    return [first, ...others].find((issuer) => issuer?.keys.peek(kid) !== undefined) ?? first;
  }

  /** Whether any token can be verified now. */
  ready(): boolean {
    return this.all().every(({ keys }) => keys.ready());
  }

  all(): readonly TrustedIssuer[] {
    return [...this.#templates, ...[...this.#named.values()].flat()];
  }

  /** Looks for everybody's keys, at start and when the administrator asks; true when all answered. */
  async refresh(): Promise<boolean> {
    const answers = await Promise.all(this.all().map(({ keys }) => keys.refresh()));
    return answers.every(Boolean);
  }
}

function printed(template: string, tenantId: string | undefined): string | undefined {
  return tenantId === undefined ? undefined : template.replaceAll("{tenantId}", () => tenantId);
}
