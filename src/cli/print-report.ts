import type { Config } from "../config/config.ts";
import { ProductError } from "../domain/errors.ts";
import type { Io } from "./io.ts";
import { printJson } from "./print-json.ts";
import { visible } from "./visible-text.ts";

/** A report in the form asked for; CSV on a terminal has its hidden characters spelt out. */
export function printAs<T>(
  report: T,
  { json, csv }: Pick<Config, "json" | "csv">,
  io: Io,
  forms: { readonly csv: (report: T) => string; readonly table: (report: T) => string },
): string {
  if (json) return printJson(report);
  if (!csv) return forms.table(report);
  return io.stdout.isTerminal ? forms.csv(report).split("\r\n").map(visible).join("\n") : forms.csv(report);
}

/** @throws ProductError `usage` where two forms are asked for at once */
export function checkForm({ json, csv }: Pick<Config, "json" | "csv">): void {
  if (json && csv) throw new ProductError("usage", "--json and --csv exclude each other");
}

/** The day asked for, or today in UTC. */
export function dayAskedFor({ asOf }: Pick<Config, "asOf">, io: Io): string {
  return asOf ?? io.now().toISOString().slice(0, 10);
}
