import { describe, expect, it } from "vitest";
import { Catalog, type CompiledCatalog } from "./catalog.ts";

const EMPTY: CompiledCatalog = { documents: [], kbs: [], cves: [], products: [], withdrawn: [], flashRemoval: null, history: [] };
const documentOf = (month: number): CompiledCatalog["documents"][number] => ({
  id: `document-${month}`,
  title: "",
  month,
  revision: "1",
  currentRelease: "",
});
const CLIENT = "Windows 11 Version 24H2 for x64-based Systems";

describe("a catalog", () => {
  it("without documents knows nothing, and says so", () => {
    const catalog = new Catalog(EMPTY);
    expect(catalog.summary).toEqual({ documents: 0, newest: null, absent: [] });
    expect([
      catalog.newestMonth,
      catalog.absentMonths,
      catalog.applications,
      catalog.product(CLIENT),
      catalog.indexOfKb("5074109"),
      catalog.withdrawnSince("4524244"),
    ]).toEqual([undefined, [], [], undefined, undefined, undefined]);
  });

  it("names the months between its first and its newest document that it does not hold", () => {
    const december = 2025 * 12 + 11;
    const catalog = new Catalog({ ...EMPTY, documents: [december - 3, december, december, december + 2].map(documentOf) });
    expect(catalog.summary).toEqual({ documents: 4, newest: "2026-Feb", absent: ["2025-Oct", "2025-Nov", "2026-Jan"] });
  });

  it("tells systems, components and applications apart by name", () => {
    const names = [
      CLIENT,
      `Adobe Flash Player on ${CLIENT}`,
      `Microsoft .NET Framework 4.8.1 on ${CLIENT}`,
      "Microsoft SharePoint Server 2019",
      "__proto__",
    ];
    const catalog = new Catalog({ ...EMPTY, products: names.map((name) => ({ name, updates: [] })) });
    expect(catalog.applications.map(({ name }) => name)).toEqual(["Microsoft SharePoint Server 2019", "__proto__"]);
    expect(catalog.componentsOn(CLIENT).map(({ is }) => is.softwareId)).toEqual(["flash_player", ".net_framework"]);
    expect(catalog.componentsOn("Windows Server 2016")).toEqual([]);
    expect(catalog.product("__proto__")?.name).toBe("__proto__");
    expect([
      catalog.application("Microsoft SharePoint Server 2019")?.name,
      catalog.application(CLIENT),
      catalog.application("toString"),
    ]).toEqual(["Microsoft SharePoint Server 2019", undefined, undefined]);
  });

  it("finds CVEs and advisories however their letters are spelt", () => {
    const facts = { title: "", published: 1, updated: 1, exploited: false, disclosed: false, severity: null, score: null, vector: null };
    const ids = ["ADV190003", "CVE-2023-41767", "cve-2024-1"];
    const catalog = new Catalog({ ...EMPTY, cves: ids.map((id) => ({ ...facts, id })) });
    const asked = ["ADV190003", "adv190003", "CVE-2023-41767", "cve-2023-41767", "Cve-2024-1", "CVE-2023-4176", "", "__proto__"];
    expect(asked.map((id) => catalog.indexOfCve(id))).toEqual([0, 0, 1, 1, 2, undefined, undefined, undefined]);
  });

  it("finds KBs and withdrawals by number", () => {
    const catalog = new Catalog({ ...EMPTY, kbs: [{ id: "4524244", document: 0, released: 1 }], withdrawn: [["4524244", 18_307]] });
    expect([catalog.indexOfKb("4524244"), catalog.withdrawnSince("4524244"), catalog.indexOfKb("constructor")]).toEqual([
      0,
      18_307,
      undefined,
    ]);
  });
});
