import type { OwnMembers } from "./format.ts";

/** The members of a native inventory that are the device's own. All else many devices say in the same words. */
const membersOfDevices: Readonly<Record<keyof OwnMembers, true>> = {
  deviceName: true,
  deviceId: true,
  collectedAt: true,
  offeredKbs: true,
  tags: true,
  ipAddresses: true,
};
const OWN: ReadonlySet<string> = new Set(Object.keys(membersOfDevices));

/** The words of a native inventory, in the order in which they stand. */
export interface NativeWords {
  /** members that are the device's own, as the text of an object */
  readonly own: string;
  /** all others, with commas between them: of two inventories with the same words the content is the same */
  readonly content: string;
}

const [QUOTE, COMMA, BACKSLASH, OPEN, CLOSE] = [0x22, 0x2c, 0x5c, 0x7b, 0x7d];

/**
 * Takes the text of one native inventory apart at the commas between its members. Whether the text is JSON is not checked: where the own members are, and the
 * content's words were part of a text that was, this one is too. Undefined where it is not so simple: names with escapes, no object.
 */
export function wordsOf(text: string): NativeWords | undefined {
  const start = nextSolid(text, 0);
  if (text.charCodeAt(start) !== OPEN) return undefined;
  const words = { own: "", content: "" };
  for (let from = start + 1; ; ) {
    const { kind, end } = runFrom(text, from);
    if (end === text.length) return undefined;
    words[kind] += `${words[kind] === "" ? "" : ","}${text.slice(from, end)}`;
    from = end + 1;
    if (text.charCodeAt(end) === COMMA) continue;
    return nextSolid(text, from) < text.length ? undefined : { own: `{${words.own}}`, content: words.content };
  }
}

type Kind = keyof NativeWords;

/** Members of a kind that stand together; they end with the text where something among them is not so simple. */
function runFrom(text: string, from: number): { readonly kind: Kind; readonly end: number } {
  const kind = kindAt(text, from);
  if (kind === undefined) return { kind: "content", end: text.length };
  let end = endOfMember(text, from);
  while (text.charCodeAt(end) === COMMA && kindAt(text, end + 1) === kind) end = endOfMember(text, end + 1);
  return { kind, end };
}

/** Undefined where no name stands there that is written as it is. */
function kindAt(text: string, from: number): Kind | undefined {
  const start = nextSolid(text, from);
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  const end = text.indexOf('"', start + 1);
  const name = text.slice(start + 1, end);
  if (end < 0 || name.includes("\\")) return undefined;
  return OWN.has(name) ? "own" : "content";
}

/** How many lists and objects more are open behind a sign than before it. */
const opened: Int8Array = new Int8Array(128);
for (const [sign, change] of [
  ["[", 1],
  ["{", 1],
  ["]", -1],
  ["}", -1],
] as const)
  opened[sign.charCodeAt(0)] = change;

/** Where the comma or the brace stands that ends the member; the length of the text where there is none. */
function endOfMember(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) at = endOfString(text, at);
    else if (depth === 0 && (sign === COMMA || sign === CLOSE)) return at;
    else if (sign < opened.length) depth += opened[sign] ?? 0;
  }
  return text.length;
}

/** Where the string ends that begins there; the length of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** Behind what JSON takes for white space, and nothing else. */
function nextSolid(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(sign: number): boolean {
  return sign === 0x20 || sign === 0x09 || sign === 0x0a || sign === 0x0d;
}
