import { ODataError, quote } from "./odata-error.ts";

/**
 * A piece of a $filter. `word`: a name or an operator; `text`: what stood between quotes, `''` read as `'`;
 * `bare`: a number, date, date-time or guid, not yet judged; `symbol`: one of `( ) , : /`.
 */
export interface Token {
  readonly kind: "word" | "text" | "bare" | "symbol" | "end";
  readonly text: string;
  /** the first character, counted from 1 */
  readonly position: number;
}

/** Cuts a $filter into tokens, from left to right, looking at every character once or twice. */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const code = filter.charCodeAt(at);
    if (code === SPACE || code === TAB) {
      at++;
      continue;
    }
    const end = tokenEnd(filter, at, code);
    tokens.push(tokenOf(filter, at, end, code));
    at = end;
  }
  tokens.push({ kind: "end", text: "", position: filter.length + 1 });
  return tokens;
}

const [TAB, SPACE, QUOTE, MINUS, DIGIT, LETTER] = [9, 32, 39, 45, 1, 2] as const;

/** DIGIT, LETTER (and `_`) or 0 for every ASCII character. */
const CLASSES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) return DIGIT;
  return /[A-Za-z_]/.test(character) ? LETTER : 0;
});

function classOf(code: number): number {
  return CLASSES[code] ?? 0;
}

function tokenEnd(filter: string, at: number, code: number): number {
  if (code === QUOTE) return textEnd(filter, at);
  if (isSymbol(code)) return at + 1;
  if (isBareStart(filter, at, code)) return bareEnd(filter, at);
  if (classOf(code) === LETTER) return wordEnd(filter, at);
  const character = String.fromCodePoint(filter.codePointAt(at) ?? code);
  throw fault(at, `${quote(character)} has no meaning here; texts stand in plain single quotes`);
}

function tokenOf(filter: string, at: number, end: number, code: number): Token {
  const position = at + 1;
  const text = filter.slice(at, end);
  if (code === QUOTE) return { kind: "text", text: text.slice(1, -1).replaceAll("''", "'"), position };
  if (isSymbol(code)) return { kind: "symbol", text, position };
  // the space of `T08:15:00 02:00` was a plus sign that nobody encoded
  if (isBareStart(filter, at, code)) return { kind: "bare", text: text.replace(" ", "+"), position };
  return { kind: "word", text, position };
}

/** `( ) , : /` */
function isSymbol(code: number): boolean {
  return code === 40 || code === 41 || code === 44 || code === 58 || code === 47;
}

function isBareStart(filter: string, at: number, code: number): boolean {
  if (classOf(code) === DIGIT) return true;
  if (code === MINUS) return classOf(filter.charCodeAt(at + 1)) === DIGIT;
  // a guid may begin with a letter; no name has a minus sign
  return classOf(code) === LETTER && filter.charCodeAt(at + 8) === MINUS && filter.charCodeAt(at + 13) === MINUS;
}

function bareEnd(filter: string, start: number): number {
  let at = start + 1;
  while (isBarePart(filter.charCodeAt(at))) at++;
  if (filter.charCodeAt(at) === SPACE && at - start < 40 && isTimeWithoutZone(filter.slice(start, at))) {
    OFFSET.lastIndex = at;
    if (OFFSET.test(filter)) return OFFSET.lastIndex;
  }
  return at;
}

/** `[0-9A-Za-z_.:+-]` */
function isBarePart(code: number): boolean {
  return classOf(code) !== 0 || code === 46 || code === 58 || code === 43 || code === MINUS;
}

const OFFSET = / \d\d:\d\d(?![0-9A-Za-z_.:+-])/y;

function isTimeWithoutZone(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/i.test(text);
}

function wordEnd(filter: string, start: number): number {
  let at = start + 1;
  while (classOf(filter.charCodeAt(at)) !== 0) at++;
  if (filter.charCodeAt(at) !== QUOTE) return at;
  throw fault(at, `a space is missing between ${quote(filter.slice(start, at))} and the text`);
}

/** Behind the closing quote. Two quotes in a row are one of the text. */
function textEnd(filter: string, start: number): number {
  let at = filter.indexOf("'", start + 1);
  while (at !== -1 && filter.charCodeAt(at + 1) === QUOTE) at = filter.indexOf("'", at + 2);
  if (at === -1) throw fault(start, "the text that begins here has no closing quote; a quote within a text is written twice");
  if (classOf(filter.charCodeAt(at + 1)) !== 0) throw fault(at + 1, "a space is missing after the text");
  return at + 1;
}

function fault(at: number, message: string): ODataError {
  return new ODataError(message, { option: "$filter", position: at + 1 });
}
