import { ProductError } from "../domain/errors.ts";
import { binaryKind, hasManyControls } from "./binary-kind.ts";

/** A text and how its bytes were understood. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/**
 * `code-page`: an 8-bit or multi-byte code page that the bytes do not name (850, 866, 1252, GBK, …). Every byte above 127 has become
 * U+FFFD: versions, builds and KB numbers are ASCII in all of them, and a wrong guess would store a wrong name without a word.
 */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "code-page";

/** Stands for a byte whose character is not known. */
export const UNREADABLE_CHARACTER = "\uFFFD";

/**
 * Turns the bytes of a captured file into text: byte order marks, UTF-16 without one, UTF-8, and code pages as far as they are ASCII.
 * What editors and `copy` leave at the end (NULs, Ctrl-Z) is cut off.
 * @throws ProductError `unreadable-input` for binary files and UTF-32
 */
export function decodeText(bytes: Uint8Array, source: string): DecodedText {
  const kind = binaryKind(bytes);
  if (kind !== undefined) throw notText(source, `this is ${kind}, not text`);
  const utf16 = utf16Of(bytes, source);
  if (utf16 !== undefined) return { text: trimText(new TextDecoder(utf16).decode(evenPart(bytes))), encoding: utf16 };
  const trimmed = trimBytes(bytes);
  if (hasManyControls(trimmed, 10)) throw notText(source, "this is binary data, not text");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(trimmed), encoding: "utf-8" };
  } catch {
    // Of random bytes one in eleven is a control character; texts in a code page have none.
    if (trimmed.length >= 64 && hasManyControls(trimmed, 25)) throw notText(source, "this is binary data, not text");
    return { text: asciiOf(trimmed), encoding: "code-page" };
  }
}

function utf16Of(bytes: Uint8Array, source: string): "utf-16le" | "utf-16be" | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) {
    if (third === 0 && fourth === 0) throw notText(source, "this is UTF-32, which no Windows tool writes");
    return "utf-16le";
  }
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return utf16ByZeros(bytes);
}

/** Without a mark: the tools' own words, digits and spaces are ASCII in every language, so every other byte of them is zero. */
function utf16ByZeros(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const pairs = Math.min(bytes.length >> 1, 4_096);
  let zeroFirst = 0;
  let zeroSecond = 0;
  for (let i = 0; i < pairs; i++) {
    const [a, b] = [bytes[2 * i], bytes[2 * i + 1]];
    if (a === 0 && b !== 0) zeroFirst++;
    if (b === 0 && a !== 0) zeroSecond++;
  }
  if (pairs < 4 || Math.max(zeroFirst, zeroSecond) * 2 < pairs) return undefined;
  if (zeroSecond > 20 * zeroFirst) return "utf-16le";
  return zeroFirst > 20 * zeroSecond ? "utf-16be" : undefined;
}

/** `copy` in text mode adds a Ctrl-Z of a single byte to a UTF-16 file. */
function evenPart(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : bytes.subarray(0, -1);
}

function asciiOf(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replace(/[\x80-\xff]/g, UNREADABLE_CHARACTER);
}

function trimBytes(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && isFiller(bytes[end - 1])) end--;
  return bytes.subarray(0, end);
}

function trimText(text: string): string {
  let end = text.length;
  while (end > 0 && isFiller(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

function isFiller(code: number | undefined): boolean {
  return code === 0 || code === 0x1a;
}

function notText(source: string, message: string): ProductError {
  return new ProductError("unreadable-input", message, {
    place: { source },
    hint: "Give the text that systeminfo, Get-HotFix or osquery prints, or patchgap's own format.",
  });
}
