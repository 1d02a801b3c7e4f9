/**
 * What must never reach a terminal or a log as it is: control characters (they move the cursor, set the clipboard, recolour),
 * format characters (bidi overrides, zero widths, tags: they make one text look like another), line and paragraph separators, lone surrogates.
 * A joiner within an emoji is none of them.
 */
const hidden = /(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|(?!\u200d)\p{Cf}|[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** More marks in a row than any script stacks: they would overprint the lines above. */
const piledMarks = /(\p{M}{4})\p{M}+/gu;

/** Text from inventories, documents and file names as one harmless line: what is hidden is spelt out (`\x1b`, `\u202e`). */
export function visible(text: string): string {
  return text.replace(hidden, spellOut).replace(piledMarks, "$1…");
}

/** The same as JSON text: escapes that any JSON reader turns back into the very same string. */
export function visibleJson(json: string): string {
  return json.replace(hidden, (character) => (character === "\n" ? character : [...codeUnits(character)].map(escapeUnit).join("")));
}

function spellOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? escapeUnit(code) : `\\u{${code.toString(16)}}`;
}

function* codeUnits(text: string): Generator<number> {
  for (let index = 0; index < text.length; index++) yield text.charCodeAt(index);
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
