/** One setting: an option of the command line, an environment variable, and a name in the config file. */
export interface Setting {
  /** the name in the config file; flag and variable follow from it: `asOf`, `--as-of`, `PATCHGAP_AS_OF` */
  readonly name: string;
  readonly kind: SettingKind;
  /** what stands for the value in the help */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

/** `switch-or-list`: given alone it is on, given with values it is a list. */
export type SettingKind = "text" | "switch" | "list" | "switch-or-list";

/** Settings of every command. */
export const globalSettings: readonly Setting[] = [
  { name: "data", kind: "text", placeholder: "DIR", help: "folder of the embedded database (default: ./patchgap-data)" },
  { name: "database", kind: "text", placeholder: "URL", help: "another database; SQLite in the data folder is the only one so far" },
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
];

const tag: Setting = { name: "tag", kind: "list", placeholder: "TAG", help: "tags that the devices keep, whatever they report" };

export const ingestSettings: readonly Setting[] = [format, tag];

/** Of `devices` and `fleet`. */
export const fleetSettings: readonly Setting[] = [asOf, csv];

/** All settings, in the order of the help. */
export const allSettings: readonly Setting[] = [...globalSettings, ...syncSettings, ...missingSettings, tag];

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
