import { expect, it } from "vitest";
import { fleetExaminer } from "../../src/domain/assessment/examine.ts";
import { contentOf, inventoryOf } from "../../src/domain/fleet/inventory-content.ts";
import { aDevice, catalogOf } from "./ask.ts";

const product = "Windows Server 2008 for x64-based Systems Service Pack 2";
const catalog = catalogOf({
  id: "2023-Jan",
  initialRelease: "2023-01-10",
  vulnerabilities: [{ cve: "CVE-2023-0001", fixes: [{ kb: "5022340", products: [product], subType: "Monthly Rollup" }] }],
});
const builds = [6002, 6003];

it("two builds of one system lack the same, and each is named with its own", () => {
  const examiner = fleetExaminer(catalog, { asOf: "2023-02-01" });
  const contents = builds.map((build) =>
    contentOf(
      aDevice({ os: { build, version: "6.0", architecture: "x64", caption: "Windows Server 2008 Standard", installationType: "Server" } }),
    ),
  );
  const examined = contents.map((content) => examiner.examinePosture(examiner.postureOf(content)));
  expect(examined[1]?.shortfall).toBe(examined[0]?.shortfall);
  expect(examined.map(({ assessment }) => assessment.missing?.map(({ id, osBuild }) => [id, osBuild]))).toEqual(
    builds.map((build) => [["5022340", build]]),
  );
  for (const [index, content] of contents.entries()) {
    const missing = examiner.examine(inventoryOf(content)).assessment.missing?.map((update) => ({ ...update, why: "" }));
    expect(examined[index]?.assessment.missing).toEqual(missing);
  }
});
