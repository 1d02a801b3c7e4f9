import type { Config } from "./config.ts";
import { variableOf } from "./settings.ts";

const names = ["database", "databaseStatements", "databaseTimeout", "databaseConnections"] as const;

/** The settings of the database as environment variables, for another process on the same. */
export function databaseVariables(config: Pick<Config, (typeof names)[number]>): Readonly<Record<string, string>> {
  if (config.database === undefined) return {};
  return Object.fromEntries(names.map((name) => [variableOf(name), String(config[name])]));
}
