import { describe, expect, it } from "vitest";
import { catalogOf } from "../../../test/cases/ask.ts";
import { parseVersion } from "../windows/version.ts";
import { sqlBranch } from "./sql-branch.ts";

const GDR = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";
const CU16 = "Microsoft SQL Server 2019 for x64-based Systems (CU 16)";
const CU22 = "Microsoft SQL Server 2019 for x64-based Systems (CU 22)";
const SP2 = "Microsoft SQL Server 2016 for x64-based Systems Service Pack 2 (GDR)";
const SP3 = "Microsoft SQL Server 2016 for x64-based Systems Service Pack 3 (GDR)";
const AZURE = "Microsoft SQL Server 2016 for x64-based Systems Service Pack 3 Azure Connect Feature Pack";

const catalog = catalogOf({
  id: "2023-Oct",
  initialRelease: "2023-10-10",
  vulnerabilities: [
    {
      cve: "CVE-2023-0001",
      fixes: (
        [
          ["5029377", GDR, "15.0.2104.1"],
          ["5014353", CU16, "15.0.4236.7"],
          ["5029378", CU22, "15.0.4326.1"],
          ["5029186", SP3, "13.0.6435.1"],
          ["5021127", SP2, "13.0.5108.50"],
          ["5029187", AZURE, "13.0.7029.3"],
        ] as const
      ).map(([kb, product, fixedBuild]) => ({ kb, products: [product], fixedBuild })),
    },
  ],
});

const branch = (name: string, version?: string): unknown => {
  const found = sqlBranch(catalog, name, version === undefined ? undefined : parseVersion(version));
  return found.is === "branch" ? found.products.map((product) => product.name) : found.is;
};

describe("the line of updates that a SQL Server follows", () => {
  it.each([
    ["Microsoft SQL Server 2019", "15.0.2095.3", [GDR]],
    ["Microsoft SQL Server 2019", "15.0.2104.1", [GDR]],
    ["Microsoft SQL Server 2019", "15.0.4236.7", [CU16, CU22]],
    ["Microsoft SQL Server 2019", "15.0.4400.1", [CU16, CU22]],
    ["SQL Server 2019", "15.0.4312.2", [CU16, CU22]],
    ["Microsoft SQL Server 2016", "13.0.6300.2", [SP3]],
    ["Microsoft SQL Server 2016", "13.0.5026.0", [SP2]],
    ["Microsoft SQL Server 2016 Service Pack 3", "13.0.7000.253", [AZURE]],
  ])("%s %s: by its version", (name, version, products) => {
    expect(branch(name, version)).toEqual(products);
  });

  it.each([
    [GDR, "15.0.2000.5", [GDR]],
    [CU22, "15.0.4300.1", [CU16, CU22]],
    [CU16, "15.0.4200.1", [CU16, CU22]],
    [AZURE, "13.0.7000.253", [AZURE]],
  ])("%s: MSRC's own name says it, without a version or with %s", (name, version, products) => {
    expect([branch(name), branch(name, version)]).toEqual([products, products]);
  });

  it("a version of another line knows better than the name", () => {
    expect(branch(GDR, "15.0.4300.1")).toEqual([CU16, CU22]);
  });

  it.each(["SQL Server 2019 Express", "Microsoft SQL Server 2019 Standard", "SQL Server 2019 RTM"])(
    "%s: the edition does not matter",
    (name) => {
      expect([branch(name, "15.0.2095.3"), branch(name)]).toEqual([[GDR], "undecided"]);
    },
  );

  it.each([
    ["Microsoft SQL Server 2019", undefined],
    ["Microsoft SQL Server 2019 (64-bit)", "15.0.2000.5"],
    ["Microsoft SQL Server 2019", "15.0.9000.1"],
    ["Microsoft SQL Server 2014", "12.0.6024.0"],
  ])("%s %s: nobody can tell", (name, version) => {
    expect(branch(name, version)).toBe("undecided");
  });

  it.each([
    "Microsoft SQL Server 2012 Native Client",
    "Microsoft SQL Server Management Studio - 18.9.1",
    "Microsoft SQL Server 2019 LocalDB",
    "Microsoft SQL Server 2019 Setup (English)",
    "Microsoft SQL Server 2019 T-SQL Language Service",
    "Microsoft ODBC Driver 17 for SQL Server",
    "",
  ])("%j is no server", (name) => {
    expect(branch(name, "15.0.2000.5")).toBe("other");
  });
});
