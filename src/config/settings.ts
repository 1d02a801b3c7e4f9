/** One setting: an option of the command line, an environment variable, and a name in the config file. */
export interface Setting {
  /** the name in the config file; flag and variable follow from it: `asOf`, `--as-of`, `PATCHGAP_AS_OF` */
  readonly name: string;
  /** the name in the config file where it is another: what is said again and again on the command line is a list there */
  readonly nameInFile?: string;
  readonly kind: SettingKind;
  /** what stands for the value in the help */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** a list in the environment is separated by spaces or commas; others are separated as in PATH */
  readonly isWords?: boolean;
  readonly help: string;
}

/** `switch-or-list`: given alone it is on, given with values it is a list. `objects`: a list of objects, which only the config file can hold. */
export type SettingKind = "text" | "number" | "switch" | "list" | "switch-or-list" | "objects";

/** Settings of every command. */
export const globalSettings: readonly Setting[] = [
  { name: "data", kind: "text", placeholder: "DIR", help: "folder of the embedded database (default: ./patchgap-data)" },
  {
    name: "database",
    kind: "text",
    placeholder: "URL",
    help: "postgresql://user:password@host/name; others see options, so better from the environment (default: SQLite in the data folder)",
  },
  {
    name: "databaseRead",
    kind: "text",
    placeholder: "URL",
    help: "a streaming replica of --database, for long lists; what it has not seen yet is read from the primary",
  },
  {
    name: "databaseStatements",
    kind: "text",
    placeholder: "KIND",
    choices: ["named", "unnamed"],
    help: "whether PostgreSQL remembers statements; unnamed behind a pooler in transaction mode (default: named)",
  },
  {
    name: "databaseTimeout",
    kind: "number",
    placeholder: "SECONDS",
    help: "after so long PostgreSQL gives up a statement, and waiting for a connection ends (default: 20)",
  },
  { name: "databaseConnections", kind: "number", placeholder: "NUMBER", help: "connections to PostgreSQL at most (default: 12)" },
  { name: "config", kind: "text", placeholder: "FILE", help: "JSON file with settings, names in camelCase" },
  { name: "json", kind: "switch", help: "print the result as JSON" },
  { name: "quiet", kind: "switch", help: "errors and closing lines only: no documents one by one, no warnings, no progress" },
  {
    name: "logLevel",
    kind: "text",
    placeholder: "LEVEL",
    choices: ["error", "warn", "info", "debug"],
    help: "least important messages shown (default: info)",
  },
];

export const syncSettings: readonly Setting[] = [
  { name: "from", kind: "text", placeholder: "SOURCE", help: "folder or file with CVRF documents, or a URL (default: the MSRC API)" },
  { name: "since", kind: "text", placeholder: "MONTH", help: "leave earlier months out, e.g. 2016-Apr" },
  { name: "releaseHistory", kind: "text", placeholder: "FILE", help: "release history that tells previews and out-of-band builds apart" },
  { name: "allowDowngrade", kind: "switch", help: "take documents older than those held" },
  { name: "allowLargeChange", kind: "switch", help: "take documents that lose or gain more than a document usually does" },
];

const format: Setting = {
  name: "format",
  kind: "text",
  placeholder: "FORMAT",
  choices: ["native", "systeminfo", "hotfix-list", "osquery", "computer-info"],
  help: "format of the inventories (default: recognised)",
};
const asOf: Setting = {
  name: "asOf",
  kind: "text",
  placeholder: "DAY",
  help: "the answer as of that day, YYYY-MM-DD (default: today, UTC)",
};
const tenant: Setting = {
  name: "tenant",
  kind: "text",
  placeholder: "TENANT",
  help: "alias or id of the tenant (default: default)",
};
const csv: Setting = { name: "csv", kind: "switch", help: "print the result as CSV" };

export const missingSettings: readonly Setting[] = [
  { name: "inventory", kind: "list", placeholder: "FILE", help: "inventories to evaluate; - is standard input" },
  format,
  { name: "merge", kind: "switch", help: "the files describe one device, e.g. systeminfo and its hotfix list" },
  asOf,
  { name: "includeSuperseded", kind: "switch", help: "list every missed month, not only what has to be installed" },
  {
    name: "explain",
    kind: "switch-or-list",
    placeholder: "KB",
    help: "say why each update is listed; with KB numbers, why these are or are not",
  },
  { name: "failOnMissing", kind: "switch", help: "exit with 1 when something is missing" },
  csv,
  tenant,
];

const tag: Setting = { name: "tag", kind: "list", placeholder: "TAG", help: "tags that the devices keep, whatever they report" };

export const ingestSettings: readonly Setting[] = [format, tag, tenant];

/** Of `devices` and `fleet`. */
export const fleetSettings: readonly Setting[] = [asOf, csv, tenant];

const id: Setting = { name: "id", kind: "text", placeholder: "UUID", help: "id of the new tenant (default: a random one)" };
const roles: Setting = {
  name: "roles",
  kind: "list",
  placeholder: "ROLE",
  isWords: true,
  help: "permissions, separated by commas, e.g. Machine.Read.All,Software.Read.All",
};

/** Of `tenant add`. */
export const tenantAddSettings: readonly Setting[] = [id];

/** Of what looks into one tenant. */
export const tenantSettings: readonly Setting[] = [tenant];

/** Of `client add` and `token`. */
export const rolesSettings: readonly Setting[] = [tenant, roles];

const shards: Setting = {
  name: "shards",
  kind: "number",
  placeholder: "NUMBER",
  help: "into how many parts Citus cuts the devices (default: citus.shard_count of the database)",
};

/** Of `database distribute`. */
export const distributeSettings: readonly Setting[] = [shards];

const listen: Setting = {
  name: "listen",
  kind: "text",
  placeholder: "ADDR:PORT",
  help: "where the server answers (default: 127.0.0.1:8080)",
};
const publicUrl: Setting = {
  name: "publicUrl",
  nameInFile: "publicUrls",
  kind: "list",
  placeholder: "URL",
  isWords: true,
  help: "under which addresses clients reach the server, e.g. https://patchgap.example",
};

/** Of `sign-in`: a link to the server's page. */
export const signInSettings: readonly Setting[] = [tenant, roles, listen, publicUrl];

/** Of the server; `readServerSettings` says what they mean. */
export const serveSettings: readonly Setting[] = [
  listen,
  { name: "tlsCert", kind: "text", placeholder: "FILE", help: "certificate of the server and those above it, PEM" },
  { name: "tlsKey", kind: "text", placeholder: "FILE", help: "private key of the certificate, PEM" },
  publicUrl,
  {
    name: "behindProxy",
    kind: "switch",
    help: "a proxy in front of the server speaks TLS: other addresses than this machine's own may go without",
  },
  {
    name: "syncEvery",
    kind: "number",
    placeholder: "HOURS",
    help: "how often the server brings update knowledge in; 0 is never (default: 6)",
  },
  { name: "syncFrom", kind: "text", placeholder: "SOURCE", help: "where it comes from then, as --from of sync (default: the MSRC API)" },
  { name: "staleAfter", kind: "number", placeholder: "DAYS", help: "answers warn when the knowledge is older (default: 45)" },
  { name: "quota", kind: "text", placeholder: "LIMITS", help: "calls allowed to each client, e.g. 100/min,1500/h (default: any number)" },
  { name: "metricsToken", kind: "text", placeholder: "TOKEN", help: "token that opens /metrics to other machines" },
  { name: "issuers", kind: "objects", help: "issuers whose tokens are accepted beside our own; see authentication" },
  { name: "signIn", kind: "objects", help: "OpenID Connect providers through which people sign in at the page; see authentication" },
];

/** All settings, in the order of the help. */
export const allSettings: readonly Setting[] = [
  ...globalSettings,
  ...syncSettings,
  ...missingSettings,
  tag,
  id,
  roles,
  shards,
  ...serveSettings,
];

/** `publicUrl` → `publicUrls`; most have one name everywhere */
export function fileNameOf({ name, nameInFile }: Setting): string {
  return nameInFile ?? name;
}

/** `asOf` → `--as-of` */
export function flagOf(name: string): string {
  return `--${words(name).join("-")}`;
}

/** `asOf` → `PATCHGAP_AS_OF` */
export function variableOf(name: string): string {
  return `PATCHGAP_${words(name).join("_").toUpperCase()}`;
}

function words(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
