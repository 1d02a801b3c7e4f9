import type { Config, LogLevel } from "../config/config.ts";
import { type Place, type ProductError, printPlace } from "../domain/errors.ts";
import type { Output } from "./io.ts";
import { visible } from "./visible-text.ts";

/** What is said beside the result, on standard error. */
export interface Messages {
  readonly error: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly info: (text: string) => void;
  readonly debug: (text: string) => void;
  /** progress and other passing things are welcome */
  readonly isTalkative: boolean;
}

const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Messages of the level asked for; `--quiet` leaves errors only. */
export function messagesFor(output: Output, { quiet, logLevel }: Pick<Config, "quiet" | "logLevel">): Messages {
  const least = quiet ? 0 : levels.indexOf(logLevel);
  const say = (level: LogLevel, prefix: string) => (text: string) => {
    if (levels.indexOf(level) <= least) output.write(`${prefix}${visible(text)}\n`);
  };
  return {
    error: say("error", "patchgap: "),
    warn: say("warn", "patchgap: warning: "),
    info: say("info", ""),
    debug: say("debug", ""),
    isTalkative: least >= levels.indexOf("info"),
  };
}

/** Where and what; a field that the message itself begins with is named once. */
export function printTrouble(place: Place, message: string): string {
  const { field, ...rest } = place;
  const where = printPlace(field === undefined || message.startsWith(field) ? rest : place);
  return where === "" ? message : `${where}: ${message}`;
}

/** An expected failure in one line: where, what, what to do. */
export function printError({ message, place, hint }: ProductError): string {
  const what = printTrouble(place, message);
  if (hint === undefined) return what;
  // A name (`docs/cli.md`, `installedKbs`) stays as it is.
  const advice = /^(?!patchgap )[a-z]+(?=[\s,;:])/.test(hint) ? hint.charAt(0).toUpperCase() + hint.slice(1) : hint;
  return /[.!?]$/.test(what) ? `${what} ${advice}` : `${what}. ${advice}`;
}
