import { describe, expect, it } from "vitest";
import { ProductError } from "../errors.ts";
import type { CompiledCatalog } from "./catalog.ts";
import { CATALOG_FORMAT, decodeCatalog, encodeCatalog } from "./catalog-codec.ts";

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

const cve = {
  title: "Windows Kernel Elevation of Privilege Vulnerability",
  published: 20_466,
  updated: 20_466,
  exploited: false,
  disclosed: false,
  severity: "Important",
  score: 7.8,
  vector: "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C",
} as const;

const catalog: CompiledCatalog = {
  documents: [{ id: "2026-Jan", title: "Sécurité ☂ \u{1F512}", month: 24_312, revision: "1.10", currentRelease: "2026-01-13T08:00:00Z" }],
  kbs: [{ id: "5074109", document: 0, released: 20_466 }],
  cves: [
    { ...cve, id: "CVE-2026-0001", title: 'Größe & Maß ≥ 日本 \u{1F512} \ud800 "\\\n' },
    { ...cve, id: "CVE-2026-0002", updated: 20_500, exploited: true, severity: "Critical", score: 9.8, vector: null },
    { ...cve, id: "CVE-2026-0003", title: "", published: -3, disclosed: true, severity: null, score: null, vector: null },
    { ...cve, id: "CVE-2026-0004", title: "__proto__", severity: "Low", score: 0, vector: "CVSS:3.1/ÄÖ" },
    { ...cve, id: "CVE-2026-0005", title: "\u00a0\u007f\u0080ÿ\u2028", severity: "Moderate", score: 7.05 },
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

  it("names its form in its first bytes, so that a store can tell when to compile anew", () => {
    expect(Buffer.from(bytes.subarray(0, 4)).toString("latin1")).toBe(CATALOG_FORMAT);
  });

  it("holds a title and a rating once, however many CVEs share them", () => {
    const sharing = Array.from({ length: 100 }, (_, index) => ({ ...cve, id: `CVE-2026-${1000 + index}` }));
    const text = Buffer.from(encodeCatalog({ ...catalog, cves: sharing })).toString("latin1");
    expect([text.split(cve.title).length - 1, text.split(cve.vector).length - 1]).toEqual([1, 1]);
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
    ["the former version", changed(3, 0x31)],
    ["a later version", changed(3, 0x33)],
    ["a header longer than all bytes", changed(7, 0xff)],
    ["a last number cut short", bytes.slice(0, -1)],
    ["other content", new TextEncoder().encode("SQLite format 3\0 and more")],
  ])("%s", (_, damagedBytes) => {
    expect(refusal(damagedBytes)).toBe("database");
  });

  const header = (before: string, after: string): Uint8Array => {
    const text = Buffer.from(bytes).toString("latin1");
    expect(text).toContain(before);
    return Buffer.from(text.replace(before, after), "latin1");
  };

  // every way of damage should say "run patchgap sync again", not how JSON or a later question failed
  it.each([
    ["a header that is no JSON", changed(8, 0x20)],
    ["whole numbers missing at the end", bytes.slice(0, -4)],
    ["a title that is not there", header('["CVE-2026-0002",1,', '["CVE-2026-0002",7,')],
    ["a rating that is not there", header("20466,34,1,", "20466,34,7,")],
    ["a severity that is not there", header("20466,34,1,4,", "20466,34,1,7,")],
  ])("%s", (_, damagedBytes) => {
    expect(refusal(damagedBytes)).toBe("database");
  });
});
