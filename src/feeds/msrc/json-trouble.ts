/** Punctuation, the quote that begins a string, a number or a word, with the white space before it. */
const token = /[ \t\r\n]*(?:([{}[\],:])|(")|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)/y;

/** A string is taken piece by piece: one pattern for all of it would try every way to divide what has no end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of them in a string
const plainPiece = /[^"\\\u0000-\u001f]*/y;
const escapePiece = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Bracket = "[" | "{";

/** What may come next. */
type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end";

/**
 * The line on which a text stops being well-formed JSON. The engine's own message names it for some kinds of trouble only, and quotes
 * the text; so a text that did not parse is gone through once more.
 */
export function lineOfJsonTrouble(text: string): number {
  const open: Bracket[] = [];
  let expected: Expected | undefined = "value";
  let end = 0;
  for (let next = matchEnd(token, text, end); next !== undefined; next = matchEnd(token, text, end)) {
    const last = text[next - 1] ?? "";
    const isString = last === '"';
    const tokenEnd = isString ? endOfString(text, next) : next;
    expected = isPunctuation(last) ? afterPunctuation(last, expected, open) : afterScalar(expected, isString);
    if (expected === undefined || tokenEnd === undefined) break;
    end = tokenEnd;
  }
  return text.slice(0, matchEnd(/[ \t\r\n]*/y, text, end)).split("\n").length;
}

/** Behind the quote that ends a string; undefined where it has no end or holds what no string may. */
function endOfString(text: string, start: number): number | undefined {
  for (let at: number | undefined = start; at !== undefined; at = matchEnd(escapePiece, text, at)) {
    at = matchEnd(plainPiece, text, at) ?? at;
    if (text[at] === '"') return at + 1;
  }
  return undefined;
}

function matchEnd(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function isPunctuation(character: string): boolean {
  return "{}[],:".includes(character);
}

function afterScalar(expected: Expected, isString: boolean): Expected | undefined {
  if (expected === "value" || expected === "value or ]") return ", or end";
  return isString && (expected === "key" || expected === "key or }") ? ":" : undefined;
}

function afterPunctuation(punctuation: string, expected: Expected, open: Bracket[]): Expected | undefined {
  if (punctuation === "[" || punctuation === "{") return afterOpening(punctuation, expected, open);
  if (punctuation === "]") return afterClosing("[", expected === "value or ]", expected, open);
  if (punctuation === "}") return afterClosing("{", expected === "key or }", expected, open);
  if (punctuation === ":") return expected === ":" ? "value" : undefined;
  if (expected !== ", or end" || open.length === 0) return undefined;
  return open.at(-1) === "[" ? "value" : "key";
}

function afterOpening(bracket: Bracket, expected: Expected, open: Bracket[]): Expected | undefined {
  if (expected !== "value" && expected !== "value or ]") return undefined;
  open.push(bracket);
  return bracket === "[" ? "value or ]" : "key or }";
}

function afterClosing(bracket: Bracket, isEmpty: boolean, expected: Expected, open: Bracket[]): Expected | undefined {
  if (!isEmpty && expected !== ", or end") return undefined;
  return open.pop() === bracket ? ", or end" : undefined;
}
