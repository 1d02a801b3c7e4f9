/**
 * PostgreSQL holds no NUL in texts, device names may have one. U+0000 to U+0003 are written as U+0001 and two of U+0002 and U+0003: the order of texts,
 * what begins, ends or contains what, and letter case all stay as they were, and nothing else is written otherwise.
 */
const coded: readonly string[] = ["\u0001\u0002\u0002", "\u0001\u0002\u0003", "\u0001\u0003\u0002", "\u0001\u0003\u0003"];

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are about
const plain = /[\u0000-\u0003]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are about
const code = /\u0001[\u0002\u0003]{2}/g;
const hasCode = "\u0001";

/** What may have to be written otherwise: those, and halves of surrogate pairs, which no UTF-8 has. Most texts have none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are about
const unusual = /[\u0000-\u0003\ud800-\udfff]/;

/** A text as PostgreSQL keeps it; halves of surrogate pairs become U+FFFD, as in any UTF-8. */
export function encodeText(text: string): string {
  return unusual.test(text) ? text.toWellFormed().replace(plain, (sign) => coded[sign.charCodeAt(0)] ?? sign) : text;
}

/** The text that was kept. */
export function decodeText(text: string): string {
  return text.includes(hasCode) ? text.replace(code, (sign) => String.fromCharCode(coded.indexOf(sign))) : text;
}

/** A list of texts as JSON that PostgreSQL takes. */
export function encodeTexts(texts: readonly string[]): string {
  return texts.length === 0 ? "[]" : JSON.stringify(texts.map(encodeText));
}

/** The texts of such a list. */
export function decodeTexts(json: string): string[] {
  return json === "[]" ? [] : (JSON.parse(json) as string[]).map(decodeText);
}
