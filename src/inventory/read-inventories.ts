import { ProductError } from "../domain/errors.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import { completeInventory, type Incomplete } from "./complete-inventory.ts";
import { type DecodedText, decodeText, type TextEncoding } from "./decode-text.ts";
import type { FormatName, InputProblem, InventoryFormat, InventoryFragment, InventoryItem, ParsedInput } from "./format.ts";
import { FORMATS, formatNamed, recognise } from "./formats.ts";
import { beginsAsJson } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { mergeFragments } from "./merge-fragments.ts";
import { nativeJson, readNativeText } from "./native-json.ts";
import { presentMembers } from "./present-members.ts";
import { countLines } from "./text-lines.ts";
import { type InventoryOfSource, twinProblems } from "./twin-devices.ts";

/** One file, body or standard input: its name for messages, its bytes, and its format where the caller knows it. */
export interface InventoryInput {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly format?: FormatName;
}

/** The devices in the order given, and everything that could not be read of what was given. */
export interface ReadInventories {
  readonly devices: readonly Inventory[];
  readonly problems: readonly InputProblem[];
}

/**
 * Reads inventories of any format. With `merge` all inputs describe one device.
 * @throws ProductError `unreadable-input` or `too-large` for an input that gives nothing at all
 */
export function readInventories(inputs: readonly InventoryInput[], options: { readonly merge?: boolean } = {}): ReadInventories {
  const texts = inputs.map(readInput);
  const problems = texts.flatMap((text) => text.parsed.problems);
  if (options.merge === true && texts.length > 0) return { devices: [mergedDevice(texts)], problems };
  const devices: InventoryOfSource[] = [];
  for (const text of texts) {
    const { complete, incomplete } = completeAll(text);
    const [first] = incomplete;
    if (complete.length === 0 && first !== undefined) throw refusal(text.source, first);
    devices.push(...complete.map((inventory) => ({ source: text.source, inventory })));
    problems.push(...incomplete.map(({ field, reason }) => ({ source: text.source, field, message: `a device was left out: ${reason}` })));
  }
  return { devices: devices.map((device) => device.inventory), problems: [...problems, ...twinProblems(devices)] };
}

/**
 * Reads one input item by item: what is wrong with one stands beside it, and the others go on.
 * @throws ProductError `unreadable-input` or `too-large` for an input that is none of the formats
 */
export function* readInventoryItems(input: InventoryInput): Generator<InventoryItem> {
  const { source } = input;
  const { text, encoding, chosen } = decodeInput(input);
  if (chosen === nativeJson) {
    for (const { line, fragment, problems } of readNativeText(text, source))
      yield itemOf({ source, ...presentMembers({ line }), problems }, fragment, [encoding]);
    return;
  }
  const parsed = chosen.parse(text, source);
  for (const [index, fragment] of parsed.fragments.entries())
    yield itemOf({ source, problems: index === 0 ? parsed.problems : [] }, fragment, [encoding]);
}

/** The item of a fragment, refused where it lacks something. */
export function itemOf(
  item: Omit<InventoryItem, "inventory">,
  fragment: InventoryFragment | undefined,
  encodings: readonly TextEncoding[],
): InventoryItem {
  if (fragment === undefined) return item;
  const result = completeInventory(fragment, encodings);
  if (!("reason" in result)) return { ...item, inventory: result };
  const { source, line } = item;
  return { ...item, problems: [...item.problems, { source, ...presentMembers({ line }), field: result.field, message: result.reason }] };
}

interface ReadText {
  readonly source: string;
  readonly encoding: TextEncoding;
  readonly parsed: ParsedInput;
}

function readInput(input: InventoryInput): ReadText {
  const { text, encoding, chosen } = decodeInput(input);
  return { source: input.source, encoding, parsed: chosen.parse(text, input.source) };
}

function decodeInput({ source, bytes, format }: InventoryInput): DecodedText & { readonly chosen: InventoryFormat } {
  checkSize(bytes, source);
  const { text, encoding } = decodeText(bytes, source);
  const chosen = format === undefined ? recognise(text) : formatNamed(format);
  if (chosen === undefined) throw unknownFormat(text, source);
  if (encoding === "code-page" && isJsonFormat(chosen)) {
    throw new ProductError("unreadable-input", "this is neither UTF-8 nor UTF-16, as JSON has to be", { place: { source } });
  }
  return { text, encoding, chosen };
}

function isJsonFormat(format: InventoryFormat): boolean {
  return format.name !== "systeminfo" && format.name !== "hotfix-list";
}

/** Before anything is decoded: a text of 100 MB would cost several times as much. */
function checkSize(bytes: Uint8Array, source: string): void {
  const isJson =
    bytes.length > LIMITS.textBytes && bytes.length <= LIMITS.jsonBytes && beginsAsJson(decodeText(bytes.subarray(0, 4_096), source).text);
  const limit = isJson || bytes.length > LIMITS.jsonBytes ? LIMITS.jsonBytes : LIMITS.textBytes;
  if (bytes.length <= limit) return;
  throw new ProductError("too-large", `larger than ${limit / 1_048_576} MiB`, {
    place: { source },
    hint: "Give a longer list of devices in parts, or as NDJSON over HTTP.",
  });
}

function completeAll({ parsed, encoding }: ReadText): { readonly complete: Inventory[]; readonly incomplete: Incomplete[] } {
  const complete: Inventory[] = [];
  const incomplete: Incomplete[] = [];
  for (const fragment of parsed.fragments) {
    const result = completeInventory(fragment, [encoding]);
    if ("reason" in result) incomplete.push(result);
    else complete.push(result);
  }
  return { complete, incomplete };
}

function mergedDevice(texts: readonly ReadText[]): Inventory {
  const parts = texts.flatMap((text) => text.parsed.fragments.map((fragment) => ({ source: text.source, fragment })));
  const result = completeInventory(
    mergeFragments(parts),
    texts.map((text) => text.encoding),
  );
  if ("reason" in result) throw refusal(texts.map((text) => text.source).join(", "), result);
  return result;
}

function refusal(source: string, { field, reason, hint }: Incomplete): ProductError {
  return new ProductError("unreadable-input", reason, { place: { source, field }, hint });
}

function unknownFormat(text: string, source: string): ProductError {
  const known = FORMATS.map((format) => format.name).join(", ");
  return new ProductError("unreadable-input", `${seen(text)}: none of the known formats (${known})`, {
    place: { source },
    hint: "docs/inventories.md shows each of them; --format names one.",
  });
}

function seen(text: string): string {
  if (text.trim() === "") return "this is empty";
  if (beginsAsJson(text)) return "this begins as JSON does, but its first members belong to no inventory";
  const lines = countLines(text);
  return `this is a text of ${lines} ${lines === 1 ? "line" : "lines"}`;
}
