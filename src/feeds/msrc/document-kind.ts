/** What bytes turn out to be, in the words of a message. */
export type DocumentKind =
  | "XML"
  | "JSON"
  | "gzip"
  | "an empty file"
  | "an HTML page"
  | "a PDF file"
  | "a ZIP archive"
  | "UTF-16 text without a byte order mark"
  | "plain text"
  | "binary data";

/** How the text of a document is encoded. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Enough of a document to tell its kind, white space in front included. */
export const kindLength = 1024;

/** Tells by the first bytes what a document is, whatever its name says; the name of a kind that is not read goes into a message. */
export function kindOf(start: Uint8Array): { readonly kind: DocumentKind; readonly encoding: Encoding; readonly bomLength: number } {
  const [a, b, c, d] = start;
  if (a === 0x1f && b === 0x8b) return { kind: "gzip", encoding: "utf-8", bomLength: 0 };
  if (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) return { kind: "a ZIP archive", encoding: "utf-8", bomLength: 0 };
  const { encoding, bomLength } = encodingOf(start);
  const text = new TextDecoder(encoding).decode(start.subarray(bomLength, kindLength)).trimStart();
  // a kilobyte of white space is no empty file yet: the XML reader says what follows
  const kind = text === "" && start.length >= kindLength ? "XML" : kindOfText(text);
  return { kind, encoding, bomLength };
}

function encodingOf([a, b, c]: Uint8Array): { readonly encoding: Encoding; readonly bomLength: number } {
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", bomLength: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", bomLength: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", bomLength: 2 };
  return { encoding: "utf-8", bomLength: 0 };
}

function kindOfText(text: string): DocumentKind {
  if (text === "") return "an empty file";
  if (text.startsWith("%PDF")) return "a PDF file";
  if (/^(?:<\0|\0<)/.test(text)) return "UTF-16 text without a byte order mark";
  if (/^<(?:!doctype\s+html|html)[\s>]/i.test(text)) return "an HTML page";
  if (text.startsWith("<")) return "XML";
  if (text.startsWith("{") || text.startsWith("[")) return "JSON";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data
  return /[\0-\x08\x0e-\x1f\ufffd]/.test(text) ? "binary data" : "plain text";
}
