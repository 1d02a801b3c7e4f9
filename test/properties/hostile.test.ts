import { describe, expect, it } from "vitest";
import { assess } from "../../src/domain/assessment/assess.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import { decodeCatalog, encodeCatalog } from "../../src/domain/catalog/catalog-codec.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { Fix, UpdateDocument } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import { aDevice } from "../cases/ask.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";

const CLIENT = "Windows 10 Version 22H2 for x64-based Systems";
const asOf = "2026-12-31";
const device = aDevice({ os: { build: 19045, architecture: "x64", caption: "Microsoft Windows 10 Pro" } });

/** One document with one CVE for each fix, on the client unless the fix says otherwise. */
function documentOf(fixes: readonly (Partial<Fix> & { readonly kb: string })[], facts: Partial<UpdateDocument> = {}): UpdateDocument {
  return {
    id: "2026-Jan",
    month: 2026 * 12,
    title: "made up",
    revision: "1",
    initialRelease: "2026-01-13T08:00:00Z",
    currentRelease: "2026-01-13T08:00:00Z",
    products: [["1", CLIENT]],
    vulnerabilities: fixes.map((fix, index) => ({
      cve: `CVE-2026-${1000 + index}`,
      title: "made up",
      published: "2026-01-13",
      exploited: false,
      severities: [],
      fixes: [{ productIds: ["1"], subType: "Security Update", supersedes: [], fixedBuild: "", ...fix }],
    })),
    warnings: [],
    ...facts,
  };
}

const catalogOf = (...documents: readonly UpdateDocument[]): Catalog =>
  decodeCatalog(encodeCatalog(compileCatalog(documents, { errata: NO_ERRATA })));
const missing = (catalog: Catalog, installedKbs: readonly string[] = [], os = device.os): readonly string[] | undefined =>
  assess({ ...device, os, installedKbs }, catalog, { asOf }).missing?.map(({ id }) => id);

const kbAt = (index: number): string => String(1_000_000 + index);

/** Milliseconds of this process on a processor: what else the machine is doing does not count. */
function timed(run: () => void): number {
  const started = process.cpuUsage();
  run();
  return process.cpuUsage(started).user / 1000;
}

describe("documents with names that mean something to JavaScript", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

  it.each(names)("a product with the id %s is a product like any other", (id) => {
    const catalog = catalogOf(documentOf([{ kb: "5000001", productIds: [id] }], { products: [[id, CLIENT]] }));
    expect(missing(catalog)).toEqual(["5000001"]);
  });

  it.each(names)("a product named %s is an application, and nothing else changes", (name) => {
    const catalog = catalogOf(
      documentOf([{ kb: "5000001" }, { kb: "5000002", productIds: ["2"] }], {
        products: [
          ["1", CLIENT],
          ["2", name],
        ],
      }),
    );
    expect(missing(catalog)).toEqual(["5000001"]);
    expect(catalog.applications.map((product) => product.name)).toEqual([name]);
    expect(catalog.product(name)?.updates).toHaveLength(1);
    expect(missing(catalog, [name])).toEqual(["5000001"]);
    const withSoftware = assess({ ...device, software: [{ name, version: "1.0" }] }, catalog, { asOf });
    expect(withSoftware.missing?.map(({ id }) => id)).toContain("5000001");
  });

  it.each(names)("a document, a CVE and a kind of update may be called %s", (name) => {
    const own = documentOf([{ kb: "5000001", subType: name }]);
    const catalog = catalogOf({
      ...own,
      id: name,
      title: name,
      vulnerabilities: own.vulnerabilities.map((row) => ({ ...row, cve: name })),
    });
    expect(missing(catalog)).toEqual(["5000001"]);
  });

  it("ids that the product tree does not name are passed over", () => {
    expect(missing(catalogOf(documentOf([{ kb: "5000001", productIds: ["1", "__proto__", "2"] }])))).toEqual(["5000001"]);
  });
});

describe("supersedence that leads nowhere", () => {
  it("an update that supersedes itself is missing until it is installed", () => {
    const catalog = catalogOf(documentOf([{ kb: "5000001", supersedes: ["5000001"] }]));
    expect([missing(catalog), missing(catalog, ["5000001"])]).toEqual([["5000001"], []]);
  });

  it.each([
    ["two updates", 2],
    ["three updates", 3],
    ["thirty updates", 30],
  ])("of %s in a circle the newest by number is missing, and installing it is enough", (_, length) => {
    const circle = Array.from({ length }, (_, index) => ({ kb: kbAt(index), supersedes: [kbAt((index + 1) % length)] }));
    const catalog = catalogOf(documentOf(circle));
    expect(missing(catalog)).toHaveLength(1);
    expect(missing(catalog, missing(catalog))).toEqual([]);
  });

  it("on a track where every update stands for itself, a circle of two leaves one of them", () => {
    const server = { build: 9600, architecture: "x64", installationType: "Server" } as const;
    const fixes = ["5000001", "5000002"].map((kb, index) => ({ kb, supersedes: [index === 0 ? "5000002" : "5000001"] }));
    const catalog = catalogOf(documentOf(fixes, { products: [["1", "Windows Server 2012 R2"]] }));
    expect(missing(catalog, [], server)).toHaveLength(1);
  });
});

describe("very many updates", () => {
  const chain = (length: number, months: number): UpdateDocument[] => {
    const perMonth = Math.ceil(length / months);
    return Array.from({ length: months }, (_, index) => {
      const fixes = Array.from({ length: perMonth }, (_, own) => {
        const place = index * perMonth + own;
        return { kb: kbAt(place), supersedes: place === 0 ? [] : [kbAt(place - 1)] };
      });
      const month = 2000 * 12 + index;
      return documentOf(fixes, { id: `document-${index}`, month, initialRelease: "2020-01-13T08:00:00Z" });
    });
  };

  it.each([
    ["of one month", 1],
    ["spread over a hundred months", 100],
  ])("a chain of 5,000 %s is answered within four seconds of one core", (_, months) => {
    const documents = chain(5_000, months);
    const catalog = catalogOf(...documents);
    expect(timed(() => expect(missing(catalog)).toEqual([kbAt(4_999)]))).toBeLessThan(4_000 * SLOW_MACHINE);
    expect(missing(catalog, [kbAt(4_999)])).toEqual([]);
  });

  it("a chain of 20,000 is compiled within five seconds", () => {
    expect(timed(() => catalogOf(...chain(20_000, 1)))).toBeLessThan(5_000 * SLOW_MACHINE);
  });

  it("a chain of 6,000 whose numbers fall does not exhaust the stack, and is answered within four seconds", () => {
    const fixes = Array.from({ length: 6_000 }, (_, index) => ({ kb: kbAt(index), supersedes: index === 5_999 ? [] : [kbAt(index + 1)] }));
    const catalog = catalogOf(documentOf(fixes));
    expect(timed(() => expect(missing(catalog)).toHaveLength(1))).toBeLessThan(4_000 * SLOW_MACHINE);
  });

  it("one update that supersedes 5,000 others is answered within four seconds of one core", () => {
    const others = Array.from({ length: 5_000 }, (_, index) => kbAt(index));
    const catalog = catalogOf(documentOf([{ kb: "5000001", supersedes: others }]));
    expect(timed(() => expect(missing(catalog, [kbAt(17)])).toEqual(["5000001"]))).toBeLessThan(4_000 * SLOW_MACHINE);
  });

  it("one update that 5,000 others supersede is answered within four seconds of one core", () => {
    const fixes = [{ kb: kbAt(0) }, ...Array.from({ length: 5_000 }, (_, index) => ({ kb: kbAt(index + 1), supersedes: [kbAt(0)] }))];
    const ms = timed(() => expect(missing(catalogOf(documentOf(fixes)))).toEqual([kbAt(5_000)]));
    expect(ms).toBeLessThan(4_000 * SLOW_MACHINE);
  });

  it("a hotfix list of 100,000 numbers is read in no time", () => {
    const catalog = catalogOf(documentOf([{ kb: "5000001" }]));
    const many = Array.from({ length: 100_000 }, (_, index) => String(2_000_000 + index));
    expect(timed(() => expect(missing(catalog, many)).toEqual(["5000001"]))).toBeLessThan(1_000 * SLOW_MACHINE);
    expect(missing(catalog, [...many, "5000001"])).toEqual([]);
  });
});
