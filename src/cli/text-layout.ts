const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const narrowest = /^(?:\p{M}|\u200d|\ufe0f)$/u;

/** Columns a text takes on a terminal; hidden characters must have been made visible before. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

/** Shortens to a width, ending in `…` where something was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += widthOfCharacter(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Breaks at spaces into lines of a width at most; a longer word stands alone on its line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** Fills up with spaces, in front for numbers. */
export function pad(text: string, width: number, side: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? spaces + text : text + spaces;
}

function widthOfCharacter(character: string): number {
  if (narrowest.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
