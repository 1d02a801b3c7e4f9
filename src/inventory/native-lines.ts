import type { InputProblem, InventoryFragment, KnownWords, OwnMembers } from "./format.ts";
import { FieldError } from "./json-fields.ts";
import { tryJson } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { readNativeItem, readOwnMembers } from "./native-item.ts";
import { wordsOf } from "./native-words.ts";

/** What one line of an NDJSON stream gave: a device, or the reason why not, and what was left out of it. */
export interface LineResult {
  /** counted from 1 */
  readonly line: number;
  /** length of the line, where it was read from a stream */
  readonly bytes?: number;
  readonly fragment?: InventoryFragment;
  /** a device of whose line only this was read, as its words are known */
  readonly again?: LineAgain;
  /** the key of the words that say the content of a device, where there is nothing to tell of it */
  readonly wordsKey?: string;
  readonly problems: readonly InputProblem[];
}

/** What was read of a line whose words are known: there is nothing to tell of it. */
export interface LineAgain {
  readonly own: OwnMembers;
  readonly wordsKey: string;
  /** reads all of it */
  readonly readAll: () => InventoryFragment | undefined;
}

const NEWLINE = 0x0a;
/** A mark of the byte order may only stand in front of everything. */
const firstLine = new TextDecoder("utf-8", { fatal: true });
const followingLine = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads native inventories, one object a line, from a stream of bytes of any length with the memory of one line.
 * Blank lines are no results; a line that is too long or broken is one with a problem, and the stream goes on.
 */
export async function* readNativeStream(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  knownWords?: KnownWords,
): AsyncGenerator<LineResult> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      bytes += end - from;
      keepPart(parts, chunk.subarray(from, end), bytes);
      const result = resultOf(parts, bytes, { line, source, knownWords });
      if (result !== undefined) yield result;
      [line, parts, bytes, from] = [line + 1, [], 0, end + 1];
    }
    bytes += chunk.length - from;
    keepPart(parts, chunk.slice(from), bytes);
  }
  const result = resultOf(parts, bytes, { line, source, knownWords });
  if (result !== undefined) yield result;
}

/** Of a line that is too long nothing is kept. */
function keepPart(parts: Uint8Array[], part: Uint8Array, bytes: number): void {
  if (bytes <= LIMITS.jsonLineBytes) parts.push(part);
  else parts.length = 0;
}

interface LinePlace {
  readonly line: number;
  readonly source: string;
  readonly knownWords: KnownWords | undefined;
}

/** Undefined: the line is blank. */
function resultOf(parts: readonly Uint8Array[], bytes: number, { line, source, knownWords }: LinePlace): LineResult | undefined {
  if (bytes > LIMITS.jsonLineBytes) return refused(line, source, `the line is longer than ${LIMITS.jsonLineBytes} bytes`);
  let text: string;
  try {
    text = (line > 1 ? followingLine : firstLine).decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  } catch {
    return refused(line, source, "the line is not UTF-8");
  }
  if (/^\s*$/.test(text)) return undefined;
  return { ...(knownWords === undefined ? readNativeLine(text, line, source) : readKnowingly(text, line, source, knownWords)), bytes };
}

/** Reads one line of NDJSON. */
export function readNativeLine(text: string, line: number, source: string): LineResult {
  const parsed = tryJson(text);
  if ("error" in parsed) return refused(line, source, "the line is not valid JSON");
  return { line, ...readItem(parsed.value, { source, line, path: "" }) };
}

/** The same, but where the words of the content are known only what is the device's own is read. */
function readKnowingly(text: string, line: number, source: string, knownWords: KnownWords): LineResult {
  const words = wordsOf(text);
  if (words === undefined) return readNativeLine(text, line, source);
  const wordsKey = knownWords.keyOf(words.content);
  const own = knownWords.has(wordsKey) ? readOwn(words.own) : undefined;
  if (own !== undefined)
    return { line, again: { own, wordsKey, readAll: () => readNativeLine(text, line, source).fragment }, problems: [] };
  const result = readNativeLine(text, line, source);
  // Members that patchgap does not know are kept with the device.
  const isPlain = result.problems.length === 0 && result.fragment !== undefined && result.fragment.extras === undefined;
  return isPlain ? { ...result, wordsKey } : result;
}

/** Undefined where there is something to tell: whoever reads all of it tells it. */
function readOwn(text: string): OwnMembers | undefined {
  const parsed = tryJson(text);
  let isPlain = true;
  try {
    const own = "error" in parsed ? undefined : readOwnMembers(parsed.value, () => (isPlain = false));
    return isPlain ? own : undefined;
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return undefined;
  }
}

/** Reads one item of an array, a line or a file; what is wrong with it is told by its place. */
export function readItem(
  item: unknown,
  place: { readonly source: string; readonly line?: number; readonly path: string },
): { readonly fragment?: InventoryFragment; readonly problems: readonly InputProblem[] } {
  const problems: InputProblem[] = [];
  const tell = (field: string, message: string): void => {
    const path = field === "" ? place.path : place.path === "" ? field : `${place.path}.${field}`;
    problems.push({
      source: place.source,
      ...(place.line === undefined ? {} : { line: place.line }),
      ...(path === "" ? {} : { field: path }),
      message: `${path === "" ? "the item" : path} ${message}`,
    });
  };
  try {
    return { fragment: readNativeItem(item, tell), problems };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    tell(error.field, error.message);
    return { problems };
  }
}

function refused(line: number, source: string, message: string): LineResult {
  return { line, problems: [{ source, line, message }] };
}
