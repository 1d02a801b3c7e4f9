import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess, assessor } from "../../src/domain/assessment/assess.ts";
import { hasBit } from "../../src/domain/assessment/bits.ts";
import { evaluateDevice } from "../../src/domain/assessment/device-evaluation.ts";
import { type Evaluation, openGroups } from "../../src/domain/assessment/evaluation.ts";
import { Planner } from "../../src/domain/assessment/planner.ts";
import { parseDay } from "../../src/domain/windows/day.ts";
import { brokenByInstalling } from "./install.ts";
import { catalogs, days, devices, runs, UNKNOWN_KBS, wordless } from "./made-up.ts";
import { plausibleCatalogs, plausibleDevices } from "./made-up-lines.ts";

describe("answers on random catalogs", () => {
  it("do not depend on the order of the KBs or of the software of a device", () => {
    fc.assert(
      fc.property(catalogs, devices, days, (catalog, device, asOf) => {
        const turned = {
          ...device,
          installedKbs: [...(device.installedKbs ?? [])].reverse(),
          msiPatchKbs: device.msiPatchKbs?.toReversed() ?? null,
        };
        expect(JSON.stringify(assess(turned, catalog, { asOf }))).toBe(JSON.stringify(assess(device, catalog, { asOf })));
      }),
      runs,
    );
  });

  it("do not depend on what else is in the fleet, nor on its order", () => {
    fc.assert(
      fc.property(catalogs, fc.array(devices, { minLength: 2, maxLength: 5 }), days, (catalog, fleet, asOf) => {
        const alone = fleet.map((device) => JSON.stringify(assess(device, catalog, { asOf })));
        const forwards = assessor(catalog, { asOf });
        const backwards = assessor(catalog, { asOf });
        expect(fleet.map((device) => JSON.stringify(forwards(device)))).toEqual(alone);
        expect(fleet.toReversed().map((device) => JSON.stringify(backwards(device)))).toEqual(alone.toReversed());
      }),
      runs,
    );
  });

  it("lose a listed update once it is installed, and gain none as old as it", () => {
    fc.assert(
      fc.property(plausibleCatalogs, plausibleDevices, days, (catalog, device, asOf) => {
        expect(brokenByInstalling(device, catalog, asOf)).toEqual([]);
      }),
      runs,
    );
  });

  it("do not change by a KB that the catalog does not know, but for the words", () => {
    fc.assert(
      fc.property(catalogs, devices, days, fc.subarray([...UNKNOWN_KBS], { minLength: 1 }), (catalog, device, asOf, unknown) => {
        const more = {
          ...device,
          installedKbs: [...unknown, ...(device.installedKbs ?? [])],
          msiPatchKbs: device.msiPatchKbs === null ? null : [...device.msiPatchKbs, ...unknown],
        };
        expect(wordless(assess(more, catalog, { asOf }))).toEqual(wordless(assess(device, catalog, { asOf })));
      }),
      runs,
    );
  });

  it("never list what was released after the day asked for, and are sorted, newest first", () => {
    fc.assert(
      fc.property(catalogs, devices, days, (catalog, device, asOf) => {
        const listed = assess(device, catalog, { asOf, includeSuperseded: true }).missing ?? [];
        expect(listed.filter(({ releasedOn }) => releasedOn > asOf)).toEqual([]);
        const order = listed.map(({ releasedOn, id }) => `${99_999_999 - (parseDay(releasedOn) ?? 0)} ${id}`);
        expect(order).toEqual([...order].sort());
      }),
      runs,
    );
  });

  it("list no update twice, none that is there, and none that another listed one holds; the long list holds the short one", () => {
    fc.assert(
      fc.property(plausibleCatalogs, plausibleDevices, days, (catalog, device, asOf) => {
        const short = assess(device, catalog, { asOf }).missing?.map(({ id }) => id) ?? [];
        const long = assess(device, catalog, { asOf, includeSuperseded: true }).missing?.map(({ id }) => id) ?? [];
        expect(new Set(short).size).toBe(short.length);
        expect(short.filter((kb) => !long.includes(kb))).toEqual([]);
        const evaluated = evaluateDevice(new Planner(catalog, parseDay(asOf) ?? 0), device);
        if ("status" in evaluated) return;
        for (const evaluation of [evaluated.main, ...evaluated.applications.map((application) => application.evaluation)]) {
          expect(needless(evaluation)).toEqual([]);
        }
      }),
      runs,
    );
  });

  it("close every CVE that any update on offer could close, once all listed updates are installed", () => {
    fc.assert(
      fc.property(plausibleCatalogs, plausibleDevices, days, (catalog, device, asOf) => {
        const evaluated = evaluateDevice(new Planner(catalog, parseDay(asOf) ?? 0), device);
        if ("status" in evaluated) return;
        for (const evaluation of [evaluated.main, ...evaluated.applications.map((application) => application.evaluation)]) {
          const { plan, missing, chosen } = evaluation;
          const closable = openGroups(evaluation).filter((group) => plan.groups[group]?.alternatives.some((node) => chosen.includes(node)));
          const left = closable.filter(
            (group) =>
              !plan.groups[group]?.alternatives.some((node) =>
                missing.some((other) => hasBit(plan.covers[other] ?? new Uint32Array(), node)),
              ),
          );
          expect(left).toEqual([]);
        }
      }),
      runs,
    );
  });
});

/** Listed updates that are there already, or that another listed one holds. */
function needless({ plan, missing, satisfied }: Evaluation): string[] {
  const isHeld = (node: number): boolean => missing.some((other) => other !== node && hasBit(plan.covers[other] ?? satisfied, node));
  return missing.filter((node) => hasBit(satisfied, node) || isHeld(node)).map((node) => plan.nodes[node]?.kb ?? "");
}
