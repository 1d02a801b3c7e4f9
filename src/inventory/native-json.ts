import { ProductError } from "../domain/errors.ts";
import type { InputProblem, InventoryFormat, InventoryFragment, ParsedInput } from "./format.ts";
import { jsonFormatOf, parseJson, tryJson } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { readItem, readNativeLine } from "./native-lines.ts";
import { ProblemList } from "./problem-list.ts";

/** patchgap's own inventory (`schemas/inventory-1.json`): one object, an array of them, or one object a line. */
export const nativeJson: InventoryFormat = {
  name: "native",

  looksLike(text: string): boolean {
    return jsonFormatOf(text) === "native";
  },

  parse(text: string, source: string): ParsedInput {
    const results = readNativeText(text, source);
    const fragments: InventoryFragment[] = [];
    const problems = new ProblemList(source);
    let first: InputProblem | undefined;
    for (const result of results) {
      if (result.fragment !== undefined) fragments.push(result.fragment);
      for (const { message, ...place } of result.problems) problems.add(message, place);
      first ??= result.problems[0];
    }
    if (fragments.length === 0) throw nothingGood(source, first, problems.count);
    return { fragments, problems: problems.toArray() };
  },
};

/** What each object of a text gave, in order; @throws ProductError where the text as a whole is no JSON */
export function readNativeText(text: string, source: string): Generator<ItemResult> {
  return isOneObjectALine(text) ? readLines(text, source) : readWhole(text, source);
}

export type ItemResult = { readonly line?: number; readonly fragment?: InventoryFragment; readonly problems: readonly InputProblem[] };

/** What is not JSON as a whole may still be one object a line, broken ones among them: one whole object among the first lines says so. */
export function isOneObjectALine(text: string): boolean {
  if (!text.includes("\n") || /^\s*\[/.test(text) || "value" in tryJson(text)) return false;
  let from = 0;
  for (let line = 0; line < LINES_LOOKED_AT && from < text.length; line++) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    if (text[from] === "{" && "value" in tryJson(text.slice(from, end))) return true;
    from = end + 1;
  }
  return false;
}

const LINES_LOOKED_AT = 50;

function* readLines(text: string, source: string): Generator<ItemResult> {
  let line = 1;
  for (let from = 0; from < text.length; line++) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    const content = end - from > LIMITS.jsonLineBytes ? undefined : text.slice(from, end);
    if (content === undefined)
      yield { line, problems: [{ source, line, message: `the line is longer than ${LIMITS.jsonLineBytes} bytes` }] };
    else if (content.trim() !== "") yield readNativeLine(content, line, source);
    from = end + 1;
  }
}

function* readWhole(text: string, source: string): Generator<ItemResult> {
  const value = parseJson(text, source);
  if (!Array.isArray(value)) {
    yield readItem(value, { source, path: "" });
    return;
  }
  for (const [index, item] of value.entries()) yield readItem(item, { source, path: `[${index}]` });
}

/** A file of which nothing is good is refused, not imported as empty. */
function nothingGood(source: string, first: InputProblem | undefined, count: number): ProductError {
  const { message = "this holds no inventory", ...place } = first ?? {};
  return new ProductError("unreadable-input", `${message}${count > 1 ? ` (and ${count - 1} more problems)` : ""}`, {
    place: { source, ...place },
  });
}
