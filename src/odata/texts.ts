/** Text for a comparison that ignores case: A to Z only, so that memory, SQLite and PostgreSQL agree whatever the language. */
export function foldCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase()) : text;
}

/** The order of texts by code point, which is that of their UTF-8 bytes and so of databases; `<` compares UTF-16 units. */
export function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left === right) return 0;
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return rank(a) < rank(b) ? -1 : 1;
  }
  return left.length < right.length ? -1 : 1;
}

/** Halves of code points above U+FFFF come after all whole ones. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Whether a text can be stored anywhere: no NUL (PostgreSQL holds none), no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
