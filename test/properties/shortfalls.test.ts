import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasBit } from "../../src/domain/assessment/bits.ts";
import { type DeviceEvaluation, evaluateDevice, evaluationsOf } from "../../src/domain/assessment/device-evaluation.ts";
import { type Evaluation, openGroups } from "../../src/domain/assessment/evaluation.ts";
import type { OpenPart } from "../../src/domain/assessment/open-parts.ts";
import { Planner } from "../../src/domain/assessment/planner.ts";
import { type Shortfall, ShortfallFinder } from "../../src/domain/assessment/shortfall.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { parseDay } from "../../src/domain/windows/day.ts";
import { newestDay, realCatalog, realDocumentsAreThere } from "../cases/real-catalog.ts";
import { catalogs, days, devices, runs } from "./made-up.ts";
import { plausibleCatalogs, plausibleDevices } from "./made-up-lines.ts";
import { realFleet } from "./real-fleet.ts";

interface Closed {
  readonly softwareId: string;
  readonly kb: string;
  readonly cve: number;
}

/** Update by update, every CVE that is open, in each software it is in, with the first missing update that closes its group. */
function closedBy(evaluation: Evaluation): Closed[] {
  const { plan, missing } = evaluation;
  const closes = (node: number, group: number): boolean => hasBit(plan.closes[node] as Uint32Array, group);
  return missing.flatMap((node) => {
    const own = openGroups(evaluation).filter((group) => missing.find((other) => closes(other, group)) === node);
    const pairs = own.flatMap((group) => plan.groups[group]?.bySoftware ?? []);
    return pairs.flatMap(([softwareId, cves]) => cves.map((cve) => ({ softwareId, kb: plan.nodes[node]?.kb ?? "", cve })));
  });
}

/** All evaluations together, nothing remembered: each pair of software and CVE where it comes first, parts in the order in which they are first spoken of. */
function reckoned(device: DeviceEvaluation): Shortfall {
  const lacking = evaluationsOf(device).filter(({ missing }) => missing.length > 0);
  const met = new Set<string>();
  const parts = new Map<string, OpenPart & { readonly cves: number[] }>();
  for (const { softwareId, kb, cve } of lacking.flatMap(closedBy)) {
    const part = parts.get(`${softwareId} ${kb}`) ?? { softwareId, kb, cves: [] };
    parts.set(`${softwareId} ${kb}`, part);
    if (!met.has(`${softwareId} ${cve}`)) part.cves.push(cve);
    met.add(`${softwareId} ${cve}`);
  }
  const updates = lacking.flatMap(({ plan, missing }) => missing.map((node) => plan.nodes[node]));
  return {
    open: [...parts.values()].filter(({ cves }) => cves.length > 0),
    updates: updates.map((node) => ({ kb: node?.kb ?? "", fixes: node?.fixes ?? [] })),
  };
}

/** Looks at a fleet twice with one finder, and says how many of its devices have two evaluations that speak of the same software. */
function compare(catalog: Catalog, asOf: string, fleet: readonly Inventory[]): number {
  const planner = new Planner(catalog, parseDay(asOf) ?? 0);
  const finder = new ShortfallFinder(catalog.content.cves.length);
  const forgetful = new ShortfallFinder(catalog.content.cves.length, 3);
  const evaluated = fleet.map((device) => evaluateDevice(planner, device)).flatMap((device) => ("status" in device ? [] : [device]));
  for (const device of [...evaluated, ...evaluated]) {
    expect(finder.of(device)).toEqual(reckoned(device));
    expect(forgetful.of(device)).toEqual(finder.of(device));
  }
  const parts = evaluated.flatMap((device) => finder.of(device).open);
  expect(new Set(parts).size).toBe(new Set(parts.map((part) => JSON.stringify(part))).size);
  return evaluated.filter(speaksTwice).length;
}

function speaksTwice(device: DeviceEvaluation): boolean {
  const each = evaluationsOf(device).map(
    (evaluation) => new Set(openGroups(evaluation).flatMap((group) => evaluation.plan.groups[group]?.bySoftware.map(([id]) => id) ?? [])),
  );
  return each.some((own, index) => each.some((other, at) => at < index && [...own].some((id) => other.has(id))));
}

describe("what the devices of a fleet lack is what each lacks by itself, and what is the same is there once", () => {
  it.each([
    ["anything", catalogs, devices],
    ["plausible lines", plausibleCatalogs, plausibleDevices],
  ] as const)("on random catalogs: %s", (_, anyCatalog, anyDevice) => {
    fc.assert(
      fc.property(anyCatalog, fc.array(anyDevice, { maxLength: 12 }), days, (catalog, fleet, asOf) => void compare(catalog, asOf, fleet)),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 5) },
    );
  });

  it.skipIf(!realDocumentsAreThere)("on the real catalog (skipped where ../shared is absent)", () => {
    const fleet = fc.sample(realFleet(realCatalog()), { ...runs, numRuns: 400 });
    expect(compare(realCatalog(), newestDay, fleet)).toBeGreaterThan(0);
  });
});
