import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess, assessor } from "../../src/domain/assessment/assess.ts";
import { hasBit } from "../../src/domain/assessment/bits.ts";
import { evaluateDevice } from "../../src/domain/assessment/device-evaluation.ts";
import { Planner } from "../../src/domain/assessment/planner.ts";
import { parseDay } from "../../src/domain/windows/day.ts";
import { newestDay, realCatalog, realDocumentsAreThere } from "../cases/real-catalog.ts";
import { brokenByInstalling } from "./install.ts";
import { runs, UNKNOWN_KBS, wordless } from "./made-up.ts";
import { realDays, realFleet } from "./real-fleet.ts";

describe.skipIf(!realDocumentsAreThere)("answers on the real catalog (skipped where ../shared is absent)", () => {
  const asked = (check: (device: Parameters<typeof assess>[0], asOf: string) => void, numRuns: number): void =>
    fc.assert(fc.property(realFleet(realCatalog()), realDays, check), { ...runs, numRuns: Math.ceil((runs.numRuns / 300) * numRuns) });

  it("lose a listed update once it is installed, and gain none as old as it", () => {
    asked((device, asOf) => {
      expect(brokenByInstalling(device, realCatalog(), asOf)).toEqual([]);
    }, 150);
  });

  it("do not depend on the rest of the fleet, or on a KB nobody knows", () => {
    const shared = assessor(realCatalog(), { asOf: newestDay });
    asked((device) => {
      const alone = assess(device, realCatalog(), { asOf: newestDay });
      expect(JSON.stringify(shared(device))).toBe(JSON.stringify(alone));
      expect(wordless(shared({ ...device, installedKbs: [...UNKNOWN_KBS, ...(device.installedKbs ?? [])] }))).toEqual(wordless(alone));
    }, 200);
  });

  it("do not depend on the order of KBs", () => {
    const shared = assessor(realCatalog(), { asOf: newestDay });
    asked((device) => {
      const turned = { ...device, installedKbs: device.installedKbs?.toReversed() ?? null };
      expect(JSON.stringify(shared(turned))).toBe(JSON.stringify(shared(device)));
    }, 200);
  });

  it("list nothing of the future, nothing twice, and nothing that another listed update holds", () => {
    asked((device, asOf) => {
      const answer = assess(device, realCatalog(), { asOf });
      const ids = answer.missing?.map(({ id }) => id) ?? [];
      expect(answer.missing?.filter(({ releasedOn }) => releasedOn > asOf) ?? []).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      const evaluated = evaluateDevice(new Planner(realCatalog(), parseDay(asOf) ?? 0), device);
      if ("status" in evaluated) return;
      for (const { plan, missing } of [evaluated.main, ...evaluated.applications.map(({ evaluation }) => evaluation)]) {
        const held = missing.filter((node) =>
          missing.some((other) => other !== node && hasBit(plan.covers[other] ?? new Uint32Array(), node)),
        );
        expect(held.map((node) => plan.nodes[node]?.kb)).toEqual([]);
      }
    }, 200);
  });

  it("never run dry by waiting: who missed something and installed nothing misses something at the end", () => {
    asked((device, asOf) => {
      const before = assess(device, realCatalog(), { asOf });
      const after = assess(device, realCatalog(), { asOf: newestDay });
      if ((before.missing ?? []).some(({ id }) => realCatalog().withdrawnSince(id) === undefined)) expect(after.missing).not.toEqual([]);
    }, 100);
  });
});
