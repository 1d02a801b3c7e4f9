import { describe, expect, it } from "vitest";
import { ProductError } from "../errors.ts";
import type { CompiledCatalog } from "./catalog.ts";
import { decodeCatalog, encodeCatalog } from "./catalog-codec.ts";

const update = {
  kb: 0,
  kind: "cumulative",
  line: "os",
  month: 24_312,
  revision: 7623,
  version: null,
  supersedes: ["5072033"],
  severity: "Critical",
} as const;

const catalog: CompiledCatalog = {
  documents: [{ id: "2026-Jan", title: "Sécurité ☂ \u{1F512}", month: 24_312, revision: "1.10", currentRelease: "2026-01-13T08:00:00Z" }],
  kbs: [{ id: "5074109", document: 0, released: 20_466 }],
  cves: [
    { id: "CVE-2026-0001", published: 20_466, exploited: true },
    { id: "CVE-2026-0002", published: 20_467, exploited: false },
  ],
  products: [
    { name: "Windows 11 Version 24H2 for x64-based Systems", updates: [{ ...update, cves: Int32Array.of(0, 1) }] },
    { name: "__proto__", updates: [{ ...update, severity: null, revision: null, version: "15.0.1.1", cves: Int32Array.of(1) }] },
    { name: "nothing open", updates: [{ ...update, cves: Int32Array.of() }] },
  ],
  withdrawn: [["4524244", 18_307]],
  flashRemoval: { kb: "4577586", containedFrom: 24_258 },
  history: [{ product: "Windows Server 2022", build: 20_348, channel: "rollup", releases: [{ revision: 1, kb: null }] }],
};
const bytes = encodeCatalog(catalog);

describe("a catalog as bytes", () => {
  it("comes back whole, text outside ASCII included", () => {
    const { content } = decodeCatalog(bytes);
    expect(content.documents).toEqual(catalog.documents);
    expect([content.kbs, content.cves, content.withdrawn, content.flashRemoval, content.history]).toEqual([
      catalog.kbs,
      catalog.cves,
      catalog.withdrawn,
      catalog.flashRemoval,
      catalog.history,
    ]);
    expect(content.products.map(({ name, updates }) => ({ name, updates }))).toEqual(catalog.products);
  });

  it("comes back from the middle of a larger array, and from a database's own kind of bytes", () => {
    for (const before of [1, 2, 3, 4]) {
      const larger = new Uint8Array(before + bytes.length + 5).fill(255);
      larger.set(bytes, before);
      const part = larger.subarray(before, before + bytes.length);
      for (const copy of [part, Buffer.from(part), Buffer.from(larger.buffer, before, bytes.length)]) {
        expect(encodeCatalog(decodeCatalog(copy).content)).toEqual(bytes);
      }
    }
  });

  it("is the same every time, and ASCII in its header", () => {
    expect(encodeCatalog(catalog)).toEqual(bytes);
    const length = new DataView(bytes.buffer).getUint32(4, true);
    expect(bytes.subarray(8, 8 + length).every((byte) => byte < 128)).toBe(true);
    expect(length % 4).toBe(0);
  });

  it("is read with the platform's own way of reading ASCII where one is given", () => {
    expect(decodeCatalog(bytes, (part) => Buffer.from(part).toString("latin1")).summary).toEqual(decodeCatalog(bytes).summary);
  });
});

function refusal(damagedBytes: Uint8Array): string | undefined {
  try {
    decodeCatalog(damagedBytes);
    return undefined;
  } catch (error) {
    return error instanceof ProductError ? error.code : String(error);
  }
}

describe("damaged bytes are refused as such", () => {
  const changed = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };

  it.each([
    ["nothing at all", new Uint8Array()],
    ["less than a beginning", bytes.slice(0, 7)],
    ["another kind", changed(0, 0x51)],
    ["another version", changed(3, 0x32)],
    ["a header longer than all bytes", changed(7, 0xff)],
    ["a last number cut short", bytes.slice(0, -1)],
    ["other content", new TextEncoder().encode("SQLite format 3\0 and more")],
  ])("%s", (_, damagedBytes) => {
    expect(refusal(damagedBytes)).toBe("database");
  });

  // every way of damage should say "run patchgap sync again", not how JSON or a later question failed
  it.each([
    ["a header that is no JSON", changed(8, 0x20)],
    ["whole numbers missing at the end", bytes.slice(0, -4)],
  ])("%s", (_, damagedBytes) => {
    expect(refusal(damagedBytes)).toBe("database");
  });
});
