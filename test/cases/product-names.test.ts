import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Architecture, InstallationType } from "../../src/domain/fleet/inventory.ts";
import { identifySystem } from "../../src/domain/windows/operating-system.ts";
import { productOf } from "../../src/domain/windows/product.ts";
import { normalizeProductName } from "../../src/domain/windows/product-names.ts";
import { RELEASES } from "../../src/domain/windows/releases.ts";
import { sharedFile } from "../shared-data.ts";

interface MsrcRow {
  readonly name: string;
  readonly input: string | { readonly product: string; readonly component: string };
  readonly expect: string;
}

interface FleetRow {
  readonly kind: "productName" | "hasDisplayVersion" | "match" | "osToProductId";
  readonly fullName?: string;
  readonly expectFamily?: string;
  readonly expectArch?: "32-bit" | "64-bit" | "arm64" | "itanium" | "all";
  readonly impliedVersion?: string | null;
  readonly a?: string;
  readonly b?: string;
  readonly expect?: boolean;
  readonly name?: string;
  readonly os?: {
    readonly name: string;
    readonly arch: string;
    readonly displayVersion: string | null;
    readonly kernelVersion: string | null;
  };
  readonly expectProductId?: string | null;
  readonly note?: string;
}

function rowsOf<Row>(path: string): { readonly cases: readonly Row[]; readonly meta: { readonly productTree?: Record<string, string> } } {
  const file = sharedFile(path);
  return file === undefined ? { cases: [], meta: {} } : JSON.parse(readFileSync(file, "utf8"));
}

const msrc = rowsOf<MsrcRow>("cases/product-names-msrc.json").cases;
const { cases: fleet, meta } = rowsOf<FleetRow>("cases/product-names-fleet.json");
const rows = (kind: FleetRow["kind"]): readonly FleetRow[] => fleet.filter((row) => row.kind === kind);

describe.skipIf(msrc.length === 0)("MSRC's product names in one spelling (skipped where ../shared is absent)", () => {
  const spellings = msrc.flatMap(({ name, input, expect: expected }) =>
    typeof input === "string" ? [[name, input, expected] as const] : [],
  );

  it("38 rows are spellings; 17 pair a product with a component, as only the old bulletin spreadsheets do: CVRF has the pair in one name", () => {
    expect([spellings.length, msrc.length - spellings.length]).toEqual([38, 17]);
  });

  it.each(spellings)("%s: %s", (_name, input, expected) => {
    expect(normalizeProductName(input)).toBe(expected);
    expect(normalizeProductName(expected)).toBe(expected);
  });
});

/** Which architectures lead to a product's name, over every release and kind of installation. */
const architecturesOf = ((): ReadonlyMap<string, ReadonlySet<Architecture>> => {
  const byName = new Map<string, Set<Architecture>>();
  for (const { build } of RELEASES) {
    for (const installationType of ["Client", "Server", "Server Core"] as const satisfies readonly InstallationType[]) {
      for (const architecture of ["x64", "x86", "arm64", "ia64"] as const) {
        const system = identifySystem({ build, installationType, architecture });
        if (system.status === "supported") byName.set(system.productName, (byName.get(system.productName) ?? new Set()).add(architecture));
      }
    }
  }
  return byName;
})();

const ARCHITECTURES = {
  "32-bit": ["x86"],
  "64-bit": ["x64"],
  arm64: ["arm64"],
  itanium: ["ia64"],
  all: ["arm64", "ia64", "x64", "x86"],
} as const;

/** Builds behind the versions that fleet's rows imply for servers. */
const FAMILIES: Readonly<Record<string, string>> = {
  "1607": "14393",
  "1809": "17763",
  "21H2": "20348",
  "6.0 / NT 6.0": "6003",
  "6.1 / NT 6.1": "7601",
  "6.2 / NT 6.2": "9200",
  "6.3 / NT 6.3": "9600",
};

/** The tree names it, and no device of it was ever in a fleet that could run an agent. */
const NOT_A_SYSTEM = ["None Available", "Windows RT 8.1"];

describe.skipIf(fleet.length === 0)("product names of a fleet (skipped where ../shared is absent)", () => {
  it("are told of in 75 rows; left out are 6 on display versions, which prove nothing here, and 1 name without its architecture", () => {
    expect(fleet).toHaveLength(75);
    expect([rows("productName").length, rows("hasDisplayVersion").length, rows("match").length, rows("osToProductId").length]).toEqual([
      56, 6, 5, 8,
    ]);
  });

  it.each(rows("productName").map((row) => [row.fullName ?? "", row] as const))("%s", (fullName, row) => {
    const product = productOf(normalizeProductName(fullName));
    if (NOT_A_SYSTEM.includes(fullName)) {
      expect(product.kind).toBe("application");
      return;
    }
    const softwareId = (row.expectFamily ?? "").toLowerCase().replaceAll(" ", "_");
    expect(product).toMatchObject({ kind: "os", softwareId });
    expect([...(architecturesOf.get(product.name) ?? [])].sort()).toEqual(ARCHITECTURES[row.expectArch ?? "all"]);
    if (row.impliedVersion !== undefined && row.impliedVersion !== null)
      expect(product).toMatchObject({ family: FAMILIES[row.impliedVersion] });
  });

  const matches = rows("match").filter(({ a }) => / for /.test(a ?? ""));

  it.each(matches.map((row) => [row.a ?? "", row.b ?? "", row.expect] as const))("%s and %s are the same product: %s", (a, b, same) => {
    expect(matches).toHaveLength(4);
    expect(productOf(normalizeProductName(a)).name === productOf(normalizeProductName(b)).name).toBe(same);
  });
});

const WORDS: Readonly<Record<string, Architecture>> = { x86_64: "x64", "64-bit": "x64", "ARM 64-bit Processor": "arm64", arm64: "arm64" };

/** Three rows give a display version and no build; these are the builds that come with it. */
const BUILDS: Readonly<Record<string, number>> = { "Windows 11 Pro Version 22H2": 22621, "Windows Server 2022 Edition 23H2": 25398 };

describe.skipIf(fleet.length === 0)("from an operating system to its product (skipped where ../shared is absent)", () => {
  const idsByName = new Map(Object.entries(meta.productTree ?? {}).map(([id, name]) => [normalizeProductName(name), id]));

  const identify = (row: FleetRow, build: number | undefined): ReturnType<typeof identifySystem> => {
    const architecture = WORDS[row.os?.arch ?? ""];
    return identifySystem({
      caption: row.os?.name ?? "",
      ...(architecture === undefined ? {} : { architecture }),
      ...(row.os?.displayVersion == null ? {} : { displayVersion: row.os.displayVersion }),
      ...(build === undefined ? {} : { build }),
    });
  };

  it.each(rows("osToProductId").map((row) => [row.name ?? "", row] as const))("%s", (name, row) => {
    const build = row.os?.kernelVersion?.split(".")[2];
    const system = identify(row, build === undefined ? BUILDS[row.os?.name ?? ""] : Number(build));
    // a build-first matcher knows better than fleet, as the note of that row says
    const expected = name === "Win 11 no Display Version, wrong build" ? "12243" : (row.expectProductId ?? undefined);
    expect(system.status === "supported" ? idsByName.get(system.productName) : undefined).toBe(expected);
  });

  it.each(
    rows("osToProductId")
      .filter(({ os }) => os?.kernelVersion === null)
      .map((row) => [row.name ?? "", row] as const),
  )("%s: without any build it is unknown, and never a guess", (_name, row) => {
    expect(identify(row, undefined)).toMatchObject({ status: "unknown" });
  });

  it("a build whose product that list does not hold is still known", () => {
    const row = rows("osToProductId").find(({ name }) => name === "Win 10 no Display Version, wrong build");
    expect(row === undefined ? undefined : identify(row, 19045)).toMatchObject({
      productName: "Windows 10 Version 22H2 for x64-based Systems",
    });
  });
});
