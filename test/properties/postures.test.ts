import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Examination, fleetExaminer } from "../../src/domain/assessment/examine.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { InstalledSoftware, Inventory } from "../../src/domain/fleet/inventory.ts";
import { contentOf, inventoryOf } from "../../src/domain/fleet/inventory-content.ts";
import { newestDay, realCatalog, realDocumentsAreThere } from "../cases/real-catalog.ts";
import { realCaptures } from "../inventory/real-captures.ts";
import { catalogs, days, devices, runs, UNKNOWN_KBS, wordless } from "./made-up.ts";
import { plausibleCatalogs, plausibleDevices } from "./made-up-lines.ts";
import { realFleet } from "./real-fleet.ts";

/** What changes no answer, beside what does: spellings of the system, browsers, parts of the system, editions that update themselves. */
const OTHERS: readonly InstalledSoftware[] = [
  { vendor: "Mozilla", name: "Mozilla Firefox (x64 en-US)", version: "131.0" },
  { vendor: "Microsoft Corporation", name: "Microsoft Edge", version: "141.0.3537.71" },
  { name: "Microsoft Edge WebView2 Runtime", version: "141.0.3537.71" },
  { name: "Microsoft 365 Apps for enterprise - en-us", version: "16.0.19231.20156" },
  { name: "Internet Explorer", version: "11.0.9600.1" },
  { vendor: "Microsoft", name: "Windows Internet Explorer 9" },
  { name: "Internet Explorer", version: "odd" },
  { name: "Adobe Flash Player 32 NPAPI", version: "32.0.0.1" },
  { name: "Microsoft .NET Framework 4.8", version: "4.8.04084" },
  { name: "Microsoft .NET Framework 4.8", version: "4.8.4644.0" },
  { name: "Microsoft .NET Framework 4.8.1 SDK", version: "4.8.9037.0" },
  { name: "Microsoft SQL Server 2019 (64-bit)", version: "15.0.2000.5" },
  { name: "Microsoft Exchange Server 2019", version: "15.2.1258.34" },
  { name: "Microsoft Office Professional Plus 2016", version: "16.0.4266.1001" },
  { name: "Microsoft Office Professional Plus 2016 - de-de", version: "16.0.17928.20156" },
  { name: "Skype for Business 2016", version: "16.0.1" },
];
const CAPTIONS = [
  "",
  "Microsoft Windows 10 Pro",
  "Майкрософт Windows 10 Корпоративная",
  "Microsoft Windows 10 Enterprise LTSC",
  "Microsoft Windows Server 2022 Standard",
  "Microsoft Windows Serverr 2008",
  "Microsoft® Windows Vista™ Business",
];

const oddities = fc.record({
  software: fc.subarray([...OTHERS], { maxLength: 4 }),
  caption: fc.option(fc.constantFrom(...CAPTIONS), { nil: undefined, freq: 1 }),
  keepsCaption: fc.boolean(),
  isListUnread: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  pendingRestart: fc.boolean(),
  notes: fc.subarray(["systeminfo lists at most 245 hotfixes and stopped there", "another"]),
  displayVersion: fc.option(fc.constantFrom("22H2", "24H2"), { nil: undefined }),
  version: fc.option(fc.constantFrom("10.0", "5.1", "6.1"), { nil: undefined }),
  isOddBuild: fc.integer({ min: 0, max: 19 }).map((number) => number === 0),
});

/** Devices with all that an inventory may say beside what matters. */
function withOddities(fleet: fc.Arbitrary<Inventory>): fc.Arbitrary<Inventory> {
  return fc.tuple(fleet, oddities).map(([device, odd]) => {
    const { caption: own, ...os } = device.os;
    const caption = odd.keepsCaption ? own : odd.caption;
    const { displayVersion, version } = odd;
    return {
      ...device,
      os: {
        ...os,
        ...(caption === undefined ? {} : { caption }),
        ...(displayVersion === undefined ? {} : { displayVersion }),
        ...(version === undefined ? {} : { version }),
        ...(odd.isOddBuild ? { build: 2600 } : {}),
      },
      installedKbs: odd.isListUnread ? null : device.installedKbs,
      software: [...device.software, ...odd.software],
      pendingRestart: odd.pendingRestart,
      notes: odd.notes,
    };
  });
}

/** All that is said of what a device lacks, but for the words of a reason. */
function said({ assessment, shortfall }: Pick<Examination, "assessment" | "shortfall">): unknown {
  return { assessment: wordless(assessment), shortfall };
}

function expectSameAnswer(catalog: Catalog, asOf: string, device: Inventory): void {
  const examiner = fleetExaminer(catalog, { asOf });
  const content = contentOf(device);
  const posture = examiner.postureOf(content);
  const direct = said(examiner.examine(inventoryOf(content)));
  expect(said(examiner.examinePosture(posture))).toEqual(direct);
  expect(said(examiner.examine(inventoryOf(posture.content)))).toEqual(direct);
  expect(examiner.postureOf(posture.content).key).toBe(posture.key);
}

function keyOf(catalog: Catalog, asOf: string): (device: Inventory) => string {
  const examiner = fleetExaminer(catalog, { asOf });
  return (device) => examiner.postureOf(contentOf(device)).key;
}

/** The same device with what cannot matter added, and everything in another order and twice. */
function turned(device: Inventory, unknown: readonly string[]): Inventory {
  const twice = <T>(list: readonly T[]): T[] => [...list, ...list].reverse();
  return {
    ...device,
    installedKbs: device.installedKbs === null ? null : twice([...device.installedKbs, ...unknown]),
    msiPatchKbs: device.msiPatchKbs === null ? null : twice([...device.msiPatchKbs, ...unknown]),
    software: twice([...device.software, { vendor: "Igor Pavlov", name: "7-Zip 24.08 (x64)", version: "24.08" }]),
  };
}

describe("a posture on random catalogs", () => {
  it.each([
    ["anything", catalogs, devices],
    ["plausible lines", plausibleCatalogs, plausibleDevices],
  ] as const)("comes to the same answer as the whole inventory: %s", (_, anyCatalog, anyDevice) => {
    fc.assert(
      fc.property(anyCatalog, withOddities(anyDevice), days, (catalog, device, asOf) => expectSameAnswer(catalog, asOf, device)),
      runs,
    );
  });

  it("has the same key in any order, with repetitions, with a KB that no document knows and with software without updates", () => {
    fc.assert(
      fc.property(catalogs, withOddities(devices), days, fc.subarray([...UNKNOWN_KBS]), (catalog, device, asOf, unknown) => {
        const key = keyOf(catalog, asOf);
        expect(key(turned(device, unknown))).toBe(key(device));
      }),
      runs,
    );
  });

  it("never joins two devices with different answers", () => {
    fc.assert(
      fc.property(
        plausibleCatalogs,
        fc.array(withOddities(plausibleDevices), { minLength: 10, maxLength: 30 }),
        days,
        (catalog, fleet, asOf) => {
          const examiner = fleetExaminer(catalog, { asOf });
          const answers = new Map<string, unknown>();
          for (const device of fleet) {
            const content = contentOf(device);
            const posture = examiner.postureOf(content);
            const answer = said(examiner.examine(inventoryOf(content)));
            expect(answer).toEqual(answers.get(posture.key) ?? answer);
            answers.set(posture.key, answer);
            // What others lack was remembered meanwhile.
            expect(said(examiner.examinePosture(posture))).toEqual(answer);
          }
        },
      ),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 10) },
    );
  });
});

describe.skipIf(!realDocumentsAreThere)("a posture on the real catalog (skipped where ../shared is absent)", () => {
  const devicesOf = () => withOddities(realFleet(realCatalog()));

  it("comes to the same answer as the whole inventory", () => {
    const examiner = fleetExaminer(realCatalog(), { asOf: newestDay });
    fc.assert(
      fc.property(devicesOf(), (device) => {
        const content = contentOf(device);
        expect(said(examiner.examinePosture(examiner.postureOf(content)))).toEqual(said(examiner.examine(inventoryOf(content))));
      }),
      { ...runs, numRuns: runs.numRuns * 5 },
    );
  });

  it("has the same key in any order and with KBs that nobody knows", () => {
    const key = keyOf(realCatalog(), newestDay);
    fc.assert(
      fc.property(devicesOf(), (device) => {
        expect(key(turned(device, UNKNOWN_KBS))).toBe(key(device));
      }),
      runs,
    );
  });

  it("of captures from real devices comes to their answers, on the newest day and on the one they were made", () => {
    const captures = realCaptures();
    expect(captures.length).toBeGreaterThan(15);
    for (const asOf of [newestDay, "2019-03-12"])
      for (const device of captures) {
        expectSameAnswer(realCatalog(), asOf, device);
        const key = keyOf(realCatalog(), asOf);
        expect(key(turned(device, UNKNOWN_KBS))).toBe(key(device));
      }
  });
});

describe("what belongs to a posture", () => {
  const build = { build: 19045, ubr: 3, architecture: "x64", installationType: "Client" } as const;
  const device: Inventory = {
    ...{ deviceName: "pc", tags: [], ipAddresses: [], notes: [], pendingRestart: false, msiPatchKbs: null, software: [] },
    os: { ...build, caption: "Microsoft Windows 10 Pro" },
    installedKbs: [],
  };
  const [catalog, asOf] = [fc.sample(catalogs, { seed: 4, numRuns: 40 }), "2024-12-31"];
  const servedBy = catalog.find((one) => one.product("Windows 10 Version 22H2 for x64-based Systems") !== undefined) as Catalog;
  const key = keyOf(servedBy, asOf);

  it.each<readonly [string, Partial<Inventory>]>([
    ["a restart that is due", { pendingRestart: true }],
    ["a list that could not be read", { installedKbs: null }],
    ["the revision", { os: { ...device.os, ubr: 4 } }],
    ["enrolment for hotpatches", { os: { ...device.os, hotpatch: true } }],
    ["the architecture", { os: { ...device.os, architecture: "arm64" } }],
    ["what its reader had to say", { notes: ["the list stops here"] }],
    ["a system that is served longer", { os: { ...device.os, caption: "Microsoft Windows 10 Enterprise LTSC" } }],
  ])("%s", (_, change) => {
    expect(key({ ...device, ...change })).not.toBe(key(device));
  });

  it.each<readonly [string, Partial<Inventory>]>([
    ["the edition and the language of the system", { os: { ...device.os, caption: "Майкрософт Windows 10 Корпоративная" } }],
    ["the name of the release", { os: { ...device.os, displayVersion: "22H2", version: "10.0" } }],
    ["whose it is", { deviceName: "other", tags: ["x"], ipAddresses: ["10.0.0.1"], offeredKbs: ["5000000"] }],
    ["the week's version of Edge's runtime", { software: [{ name: "Mozilla Firefox", version: "1" }] }],
  ])("is not %s", (_, change) => {
    expect(key({ ...device, ...change })).toBe(key(device));
  });
});
