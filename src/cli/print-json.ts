import { visibleJson } from "./visible-text.ts";

/** A result as JSON for people and programs: indented, and harmless on a terminal. */
export function printJson(result: unknown): string {
  return `${visibleJson(JSON.stringify(result, null, 2))}\n`;
}
