/** First bytes of what people hand in by mistake: the program instead of its output, the archive instead of what is in it. */
const SIGNATURES: readonly (readonly [kind: string, hex: string])[] = [
  ["a Windows program (PE)", "4d5a"],
  ["a ZIP archive or an Office document", "504b0304"],
  ["an empty ZIP archive", "504b0506"],
  ["a gzip file", "1f8b"],
  ["a PNG image", "89504e47"],
  ["a JPEG image", "ffd8ff"],
  ["a GIF image", "47494638"],
  ["a PDF document", "255044462d"],
  ["a Linux program (ELF)", "7f454c46"],
  ["a cabinet file", "4d534346"],
  ["an old Office document or an MSI package", "d0cf11e0a1b11ae1"],
  ["a 7-Zip archive", "377abcaf271c"],
  ["a RAR archive", "526172211a07"],
  ["an xz file", "fd377a585a00"],
  ["a bzip2 file", "425a68"],
  ["a Zstandard file", "28b52ffd"],
  ["an event log (EVTX)", "456c6646696c6500"],
  ["a SQLite database", "53514c69746520666f726d617420"],
  ["a registry hive", "72656766"],
];

/** Words such as `MZ…` or `BZh…` may begin a text as well: then everything around them is printable. */
const TEXT_LIKE_BYTES = 512;

/** Says what kind of binary file begins with these bytes, or undefined where it may be text of any encoding. */
export function binaryKind(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, TEXT_LIKE_BYTES));
  if (!hasControlBytes(head)) return undefined;
  const start = head.toString("hex", 0, 16);
  return SIGNATURES.find(([, hex]) => start.startsWith(hex))?.[0];
}

/** One odd byte in a text is the text's own trouble; one in `most` is no text. UTF-16 is settled before this is asked. */
export function hasManyControls(bytes: Uint8Array, most: number): boolean {
  const sample = bytes.subarray(0, 65_536);
  return sample.filter(isControl).length * most > sample.length;
}

function hasControlBytes(bytes: Uint8Array): boolean {
  return bytes.some(isControl) || bytes.some((byte) => byte >= 0x80);
}

/** Tab, line ends, form feed, bell, backspace, escape and Ctrl-Z do occur in captured text. */
function isControl(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x07 && byte <= 0x0d) && byte !== 0x1a && byte !== 0x1b;
}
