import { describe, expect, it } from "vitest";
import { aDevice, catalogOf, missingKbs } from "../../../test/cases/ask.ts";
import { assess } from "./assess.ts";
import { officeProducts } from "./office.ts";

const editions = (title: string): string[] => [`${title} (32-bit edition)`, `${title} (64-bit edition)`];
const PRODUCTS: readonly (readonly [kb: string, products: readonly string[]])[] = [
  ["4011001", editions("Microsoft Office 2016")],
  ["4011002", editions("Microsoft Excel 2016")],
  ["4011003", editions("Microsoft Word 2016")],
  ["4011004", editions("Microsoft Access 2016")],
  ["4011005", editions("Microsoft Visio 2016")],
  ["4011006", ["Microsoft Word 2013 Service Pack 1 (32-bit editions)", "Microsoft Word 2013 Service Pack 1 (64-bit editions)"]],
];

const catalog = catalogOf({
  id: "2018-May",
  initialRelease: "2018-05-08",
  vulnerabilities: [
    {
      cve: "CVE-2018-0001",
      fixes: [
        ...PRODUCTS.map(([kb, products]) => ({ kb, products })),
        { kb: "4103721", products: ["Windows 10 Version 1803 for x64-based Systems"], fixedBuild: "10.0.17134.48" },
      ],
    },
  ],
});

const namesOf = (name: string): string[] => officeProducts(catalog, name).map((product) => product.name);
const device = (software: string, msiPatchKbs: readonly string[] | null): ReturnType<typeof aDevice> =>
  aDevice({
    os: { build: 17134, ubr: 48, architecture: "x64", caption: "Microsoft Windows 10 Pro" },
    software: [{ name: software, version: "16.0.4266.1001" }],
    msiPatchKbs,
  });
const asOf = "2018-05-31";

describe("Office installed by Windows Installer", () => {
  it.each([
    ["Microsoft Office Standard 2016", ["Office", "Excel", "Word"], "32"],
    ["Microsoft Office Professional Plus 2016", ["Office", "Excel", "Word", "Access"], "32"],
    ["Microsoft Office 64-bit Professional Plus 2016", ["Office", "Excel", "Word", "Access"], "64"],
    ["Microsoft Visio Standard 2016", ["Office", "Visio"], "32"],
    ["Microsoft Word 2016", ["Office", "Word"], "32"],
  ])("%s has the updates of %j", (name, programs, bits) => {
    expect(namesOf(name)).toEqual(programs.map((program) => `Microsoft ${program} 2016 (${bits}-bit edition)`));
  });

  it("with or without its service pack it is one installation to those who patch it", () => {
    expect(namesOf("Microsoft Word 2013")).toEqual(["Microsoft Word 2013 Service Pack 1 (32-bit editions)"]);
  });

  it.each([
    "Microsoft Office Proofing Tools 2016 - English",
    "Microsoft Office Shared MUI (English) 2016",
    "Microsoft Word MUI (English) 2016",
    "Microsoft Office 2019",
    "Microsoft Office",
    "Update for Microsoft Office 2016 (KB4011001) 32-Bit Edition",
  ])("%s is no installation of it", (name) => {
    expect(namesOf(name)).toEqual([]);
  });

  it("each update stands for itself, whatever the hotfix list says", () => {
    expect(missingKbs(device("Microsoft Office Standard 2016", []), catalog, asOf)).toEqual(["4011001", "4011002", "4011003"]);
    expect(missingKbs(device("Microsoft Office Standard 2016", ["4011002"]), catalog, asOf)).toEqual(["4011001", "4011003"]);
  });

  it("without its patch list an empty answer is unknown, and says why", () => {
    const answer = assess(device("Microsoft Office Standard 2016", null), catalog, { asOf });
    expect(answer).toMatchObject({ status: "unknown", missing: null });
    expect(answer.notes).toContainEqual(expect.stringContaining("msiPatchKbs"));
  });

  it.each([
    "Microsoft 365 Apps for enterprise - en-us",
    "Microsoft Office 365 ProPlus - de-de",
    "Microsoft Office Professional Plus 2016 - en-us",
    "Microsoft Office LTSC Professional Plus 2021",
    "Microsoft Office Home and Business 2019",
  ])("%s updates itself: the answer has no gap, and a remark", (name) => {
    const answer = assess(device(name, null), catalog, { asOf });
    expect(answer).toMatchObject({ status: "assessed", missing: [] });
    expect(answer.notes).toEqual([`${name} updates itself and has no KB`]);
  });
});
