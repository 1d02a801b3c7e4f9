import { isJsonObject } from "../parse-token.ts";
import { missing, readSafeUrl, readText, readTexts, refuseUnknownNames, wrong } from "../setting-entry.ts";

/** One entry of `signIn` in the config file: a provider that says who somebody is. */
export interface ProviderSettings {
  /** as the page shows it */
  readonly name: string;
  /** the exact `iss` of its ID tokens; what it can is read below it */
  readonly issuer: string;
  readonly clientId: string;
  /** absent: a client without a secret */
  readonly clientSecretFile?: string;
  /** `openid` is among them */
  readonly scopes: readonly string[];
  /** whoever it signs in belongs to this tenant */
  readonly tenantId?: string;
  /** absent where the tenant is fixed and no claim is looked at */
  readonly tenantClaim?: string;
  readonly rolesClaim: string;
}

const names = ["name", "issuer", "clientId", "clientSecretFile", "scopes", "tenantId", "tenantClaim", "rolesClaim"];

/** Reads the list of providers. @throws ProductError naming the entry and the member */
export function readProviderSettings(value: unknown, source: string): readonly ProviderSettings[] {
  if (!Array.isArray(value)) throw wrong(source, "signIn", "must be a list of objects");
  return value.map((entry, index) => readEntry(entry, `signIn[${index}]`, source));
}

function readEntry(entry: unknown, field: string, source: string): ProviderSettings {
  if (!isJsonObject(entry)) throw wrong(source, field, "must be an object");
  const given = { entry, field, source };
  refuseUnknownNames(given, names);
  const required = (name: string): string => readText(given, name) ?? missing(source, `${field}.${name}`);
  const [secretFile, tenantId] = [readText(given, "clientSecretFile"), readText(given, "tenantId")];
  const tenantClaim = readText(given, "tenantClaim") ?? (tenantId === undefined ? "tid" : undefined);
  const issuer = required("issuer");
  if (readSafeUrl(issuer) === undefined)
    throw wrong(source, `${field}.issuer`, "must be an https address (http on this machine only), without a user name");
  return {
    name: required("name"),
    issuer,
    clientId: required("clientId"),
    scopes: [...new Set(["openid", ...(readTexts(given, "scopes") ?? ["profile"])])],
    rolesClaim: readText(given, "rolesClaim") ?? "roles",
    ...(secretFile === undefined ? {} : { clientSecretFile: secretFile }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(tenantClaim === undefined ? {} : { tenantClaim }),
  };
}
