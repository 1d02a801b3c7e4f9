import { delimiter } from "node:path";
import { ProductError } from "../domain/errors.ts";
import { nearestName } from "./nearest-name.ts";
import { allSettings, flagOf, type Setting, variableOf } from "./settings.ts";

/** Every setting, checked; what has a default always has a value. */
export interface Config {
  readonly data: string;
  readonly database?: string;
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
}

export type LogLevel = "error" | "warn" | "info" | "debug";
type Value = string | boolean | readonly string[];
export type Values = Readonly<Record<string, unknown>>;

const defaults: Config = {
  data: "patchgap-data",
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
  for (const setting of allSettings) {
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
  const known = allSettings.map(({ name }) => variableOf(name).slice(prefix.length));
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
  const names = allSettings.map((setting) => setting.name).filter((name) => name !== "config");
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(json)) {
    if (!names.includes(name)) throw unknownName(name, names, source);
    values[name] = checkValue(settingOf(name), value, `${name} in ${source}`);
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
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw new ProductError("usage", "the config file must hold one JSON object", { place: { source } });
}

function unknownName(name: string, names: readonly string[], source: string): ProductError {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `Known names: ${names.join(", ")}.` : `Did you mean ${nearest}?`;
  return new ProductError("usage", `there is no setting "${name}"`, { place: { source, field: name }, hint });
}

function fromText(setting: Setting, text: string, where: string): unknown {
  if (setting.kind === "text") return text;
  if (setting.kind === "list") return text.split(delimiter);
  if (/^\s*(1|true|yes|on)\s*$/i.test(text)) return true;
  if (/^\s*(0|false|no|off)\s*$/i.test(text)) return false;
  if (setting.kind === "switch-or-list") return text.split(/[\s,;]+/).filter((part) => part !== "");
  throw new ProductError("usage", `${where} must be true or false, not "${text}"`);
}

function checkValue(setting: Setting, value: unknown, where: string): Value {
  if (setting.kind !== "switch" && isTextList(value) && setting.kind !== "text") return value;
  if (setting.kind.startsWith("switch") && typeof value === "boolean") return value;
  if (setting.kind !== "text" || typeof value !== "string" || value === "") {
    throw new ProductError("usage", `${where} must be ${expected(setting)}`);
  }
  if (setting.choices === undefined || setting.choices.includes(value)) return value;
  throw new ProductError("usage", `${where} must be ${expected(setting)}, not "${value}"`);
}

function expected({ kind, choices }: Setting): string {
  if (choices !== undefined) return `one of ${choices.join(", ")}`;
  return { text: "a text", switch: "true or false", list: "a list of texts", "switch-or-list": "true, false or a list of texts" }[kind];
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string" && part !== "");
}

function settingOf(name: string): Setting {
  const setting = allSettings.find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Error(`no setting ${name}`);
  return setting;
}
