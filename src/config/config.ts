import { delimiter } from "node:path";
import { ProductError } from "../domain/errors.ts";
import { nearestName } from "./nearest-name.ts";
import { allSettings, fileNameOf, flagOf, type Setting, type SettingKind, variableOf } from "./settings.ts";

/** Every setting, checked; what has a default always has a value. */
export interface Config {
  readonly data: string;
  /** `postgresql://…`, with its password: never shown; absent: SQLite in the data folder */
  readonly database?: string;
  /** a streaming replica of the database; never shown */
  readonly databaseRead?: string;
  readonly databaseStatements: "named" | "unnamed";
  /** seconds */
  readonly databaseTimeout: number;
  readonly databaseConnections: number;
  /** the config file that was read */
  readonly config?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  readonly from?: string;
  readonly since?: string;
  readonly releaseHistory?: string;
  /** the command line names a release history and nothing else to bring in */
  readonly isHistoryAlone: boolean;
  readonly allowDowngrade: boolean;
  readonly allowLargeChange: boolean;
  readonly inventory: readonly string[];
  readonly format?: string;
  readonly merge: boolean;
  readonly asOf?: string;
  readonly includeSuperseded: boolean;
  /** `true`: for every update listed; a list: for these KBs */
  readonly explain: boolean | readonly string[];
  readonly failOnMissing: boolean;
  readonly csv: boolean;
  readonly tag: readonly string[];
  /** alias or id; absent: the default tenant */
  readonly tenant?: string;
  readonly id?: string;
  readonly roles: readonly string[];
  readonly shards?: number;
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl: readonly string[];
  readonly behindProxy: boolean;
  /** hours */
  readonly syncEvery: number;
  readonly syncFrom?: string;
  /** days */
  readonly staleAfter: number;
  readonly quota?: string;
  readonly metricsToken?: string;
  /** as the file has them: whoever believes them reads them */
  readonly issuers: readonly object[];
  readonly signIn: readonly object[];
}

export type LogLevel = "error" | "warn" | "info" | "debug";
type Value = string | number | boolean | readonly string[] | readonly object[];
export type Values = Readonly<Record<string, unknown>>;

const defaults: Config = {
  data: "patchgap-data",
  databaseStatements: "named",
  databaseTimeout: 20,
  databaseConnections: 12,
  json: false,
  quiet: false,
  logLevel: "info",
  isHistoryAlone: false,
  allowDowngrade: false,
  allowLargeChange: false,
  inventory: [],
  merge: false,
  includeSuperseded: false,
  explain: false,
  failOnMissing: false,
  csv: false,
  tag: [],
  roles: [],
  listen: "127.0.0.1:8080",
  publicUrl: [],
  behindProxy: false,
  syncEvery: 6,
  staleAfter: 45,
  issuers: [],
  signIn: [],
};

/** Options win over environment variables, these over the config file, this over the defaults. */
export function makeConfig(options: Values, environment: Values, file: Values): Config {
  const config = { ...defaults, ...file, ...environment, ...options } as Config;
  const isHistoryAlone = options["releaseHistory"] !== undefined && config.from === undefined && config.since === undefined;
  return { ...config, isHistoryAlone };
}

/** Checks what the command line gave. */
export function checkOptions(options: Values): Values {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, checkValue(settingOf(name), value, flagOf(name))]));
}

/** Reads the variables that belong to settings; an empty one counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Values {
  const values: Record<string, Value> = {};
  for (const setting of allSettings.filter(({ kind }) => kind !== "objects")) {
    const variable = variableOf(setting.name);
    const text = environment[variable];
    if (text !== undefined && text !== "") values[setting.name] = checkValue(setting, fromText(setting, text, variable), variable);
  }
  return values;
}

/** Variables that look like one of ours and are none, each with the one that was probably meant. */
export function misspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly { readonly variable: string; readonly nearest: string }[] {
  const prefix = variableOf("");
  const known = allSettings.filter(({ kind }) => kind !== "objects").map(({ name }) => variableOf(name).slice(prefix.length));
  return Object.keys(environment).flatMap((variable) => {
    const name = variable.slice(prefix.length);
    if (!variable.startsWith(prefix) || known.includes(name)) return [];
    const nearest = nearestName(name, known);
    return nearest === undefined ? [] : [{ variable, nearest: prefix + nearest }];
  });
}

/** Reads a config file: one JSON object with names of settings. */
export function readConfigFile(text: string, source: string): Values {
  const json = parseObject(text, source);
  const settings = new Map(allSettings.filter(({ name }) => name !== "config").map((setting) => [fileNameOf(setting), setting]));
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(json)) {
    const setting = settings.get(name);
    if (setting === undefined) throw unknownName(name, [...settings.keys()], source);
    values[setting.name] = checkValue(setting, value, `${name} in ${source}`);
  }
  return values;
}

function parseObject(text: string, source: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new ProductError("usage", `the config file is not JSON: ${String(error).replace(/^SyntaxError: /, "")}`, {
      place: { source },
      cause: error,
    });
  }
  if (isObject(json)) return json;
  throw new ProductError("usage", "the config file must hold one JSON object", { place: { source } });
}

function unknownName(name: string, names: readonly string[], source: string): ProductError {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `Known names: ${names.join(", ")}.` : `Did you mean ${nearest}?`;
  return new ProductError("usage", `there is no setting "${name}"`, { place: { source, field: name }, hint });
}

function fromText(setting: Setting, text: string, where: string): unknown {
  if (setting.kind === "text" || setting.kind === "number") return text;
  if (setting.kind === "list") return setting.isWords === true ? wordsOf(text) : text.split(delimiter);
  if (/^\s*(1|true|yes|on)\s*$/i.test(text)) return true;
  if (/^\s*(0|false|no|off)\s*$/i.test(text)) return false;
  if (setting.kind === "switch-or-list") return wordsOf(text);
  throw new ProductError("usage", `${where} must be true or false, not "${text}"`);
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== "");
}

function checkValue(setting: Setting, value: unknown, where: string): Value {
  const checked = readers[setting.kind](value);
  const isChosen = setting.choices === undefined || setting.choices.some((choice) => choice === checked);
  if (checked !== undefined && isChosen) return checked;
  const isShown = typeof value === "string" && value !== "" && (setting.kind === "number" || setting.choices !== undefined);
  throw new ProductError("usage", `${where} must be ${expected(setting)}${isShown ? `, not "${value}"` : ""}`);
}

/** The value of each kind, or undefined where it is none. */
const readers: Readonly<Record<SettingKind, (value: unknown) => Value | undefined>> = {
  text: (value) => (typeof value === "string" && value !== "" ? value : undefined),
  number: readNumber,
  switch: (value) => (typeof value === "boolean" ? value : undefined),
  list: readTexts,
  "switch-or-list": (value) => (typeof value === "boolean" ? value : readTexts(value)),
  objects: (value) => (Array.isArray(value) && value.every(isObject) ? value : undefined),
};

function expected({ kind, choices }: Setting): string {
  if (choices !== undefined) return `one of ${choices.join(", ")}`;
  return {
    text: "a text",
    number: "a number, 0 or more",
    switch: "true or false",
    list: "a list of texts",
    "switch-or-list": "true, false or a list of texts",
    objects: "a list of objects",
  }[kind];
}

/** Options and variables are texts, the file may hold the number itself. */
function readNumber(value: unknown): number | undefined {
  if (typeof value === "string") return /^\s*\d{1,12}(\.\d{1,12})?\s*$/.test(value) ? Number(value) : undefined;
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function readTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((part) => typeof part === "string" && part !== "") ? value : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function settingOf(name: string): Setting {
  const setting = allSettings.find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Error(`no setting ${name}`);
  return setting;
}
