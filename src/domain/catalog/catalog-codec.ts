import { ProductError } from "../errors.ts";
import { Catalog, type CompiledCatalog } from "./catalog.ts";
import { type CveTable, foldCves, unfoldCves } from "./cve-rows.ts";
import type { Severity } from "./document.ts";
import type { CatalogProduct, CatalogUpdate, Line, UpdateKind } from "./update.ts";

/**
 * The compiled catalog as bytes that load fast: a JSON header, then all lists of CVEs as one run of 32-bit numbers (little-endian).
 * The same catalog always gives the same bytes, so their hash identifies it.
 *
 * Layout: magic "PGC2", length of the header in bytes, header (ASCII, padded with blanks to a multiple of four), numbers.
 */
const MAGIC = 0x32434750;
const PREFIX_BYTES = 8;

/** Names what is written today: a store that holds bytes of another form has to have them compiled anew. */
export const CATALOG_FORMAT = "PGC2";

type Row = readonly [
  kb: number,
  kind: UpdateKind,
  line: Line,
  month: number,
  revision: number | null,
  version: string | null,
  severity: Severity | null,
  supersedes: readonly string[],
  cves: number,
];
/** where a row says how many CVEs it has */
const CVES = 8;

interface Header extends Omit<CompiledCatalog, "products" | "cves" | "kbs"> {
  readonly kbs: readonly (readonly [id: string, document: number, released: number])[];
  readonly cves: CveTable;
  readonly products: readonly (readonly [name: string, updates: readonly Row[]])[];
}

/** Encodes a catalog. */
export function encodeCatalog(catalog: CompiledCatalog): Uint8Array {
  const numbers: number[] = [];
  const products = catalog.products.map(({ name, updates }) => [name, updates.map((update) => rowOf(update, numbers))] as const);
  const header: Header = {
    ...catalog,
    kbs: catalog.kbs.map(({ id, document, released }) => [id, document, released] as const),
    cves: foldCves(catalog.cves),
    products,
  };
  const text = encodeText(JSON.stringify(header));
  const bytes = new Uint8Array(PREFIX_BYTES + text.length + numbers.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, text.length, true);
  bytes.set(text, PREFIX_BYTES);
  for (const [index, number] of numbers.entries()) view.setInt32(PREFIX_BYTES + text.length + index * 4, number, true);
  return bytes;
}

/**
 * Decodes what `encodeCatalog` made. `readAscii` turns bytes into text; platforms have faster ways than the core can know.
 * @throws ProductError `database` for bytes of another kind or version, or cut short
 */
export function decodeCatalog(bytes: Uint8Array, readAscii: (bytes: Uint8Array) => string = decodeText): Catalog {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX_BYTES || view.getUint32(0, true) !== MAGIC) throw damaged();
  const headerBytes = view.getUint32(4, true);
  const start = PREFIX_BYTES + headerBytes;
  if (start > bytes.length || (bytes.length - start) % 4 !== 0) throw damaged();
  const header = readHeader(readAscii(bytes.subarray(PREFIX_BYTES, start)));
  // copied, since the numbers need not lie aligned in what a database hands out
  const numbers = new Int32Array(Uint8Array.from(bytes.subarray(start)).buffer);
  let offset = 0;
  const productAt = ([name, rows]: Header["products"][number]): CatalogProduct => {
    const product = new StoredProduct(name, rows, numbers, offset);
    for (const row of rows) offset += row[CVES];
    return product;
  };
  const products = header.products.map(productAt);
  const cves = unfoldCves(header.cves);
  if (offset !== numbers.length || cves === undefined) throw damaged();
  return new Catalog({
    ...header,
    kbs: header.kbs.map(([id, document, released]) => ({ id, document, released })),
    cves,
    products,
  });
}

function readHeader(text: string): Header {
  try {
    return JSON.parse(text) as Header;
  } catch (cause) {
    throw damaged(cause);
  }
}

function rowOf(update: CatalogUpdate, numbers: number[]): Row {
  for (const cve of update.cves) numbers.push(cve);
  return [
    update.kb,
    update.kind,
    update.line,
    update.month,
    update.revision,
    update.version,
    update.severity,
    update.supersedes,
    update.cves.length,
  ];
}

/** A product whose updates are unfolded when they are first asked for: one device needs a dozen of a thousand. */
class StoredProduct implements CatalogProduct {
  readonly name: string;
  readonly #rows: readonly Row[];
  readonly #numbers: Int32Array;
  readonly #offset: number;
  #updates: readonly CatalogUpdate[] | undefined;

  constructor(name: string, rows: readonly Row[], numbers: Int32Array, offset: number) {
    this.name = name;
    this.#rows = rows;
    this.#numbers = numbers;
    this.#offset = offset;
  }

  get updates(): readonly CatalogUpdate[] {
    this.#updates ??= this.#unfold();
    return this.#updates;
  }

  #unfold(): CatalogUpdate[] {
    let offset = this.#offset;
    return this.#rows.map(([kb, kind, line, month, revision, version, severity, supersedes, length]) => {
      offset += length;
      const cves = this.#numbers.subarray(offset - length, offset);
      return { kb, kind, line, month, revision, version, severity, supersedes, cves };
    });
  }
}

function damaged(cause?: unknown): ProductError {
  return new ProductError("database", "the compiled catalog in the database is damaged or of another version", {
    hint: "run patchgap sync again",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** JSON escapes carry everything outside ASCII, so that a byte is a character; padded so that the numbers lie aligned. */
function encodeText(json: string): Uint8Array {
  const ascii = json.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = new Uint8Array(Math.ceil(ascii.length / 4) * 4).fill(32);
  for (let index = 0; index < ascii.length; index++) bytes[index] = ascii.charCodeAt(index);
  return bytes;
}

/** Characters per call: arguments lie on the stack. */
const CHUNK = 8192;

function decodeText(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(start, start + CHUNK)));
  return parts.join("");
}
