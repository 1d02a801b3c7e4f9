import { assess } from "../../src/domain/assessment/assess.ts";
import type { Assessment } from "../../src/domain/assessment/assessment.ts";
import { evaluateDevice } from "../../src/domain/assessment/device-evaluation.ts";
import { openGroups } from "../../src/domain/assessment/evaluation.ts";
import { Planner } from "../../src/domain/assessment/planner.ts";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { parseDay } from "../../src/domain/windows/day.ts";
import { readCvrf } from "../../src/feeds/msrc/read-cvrf.ts";
import { type CvrfRows, cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";

/** A device; a test names only what matters to it. */
export function aDevice(facts: Partial<Inventory> = {}): Inventory {
  return {
    deviceName: "device-1",
    os: { build: 19045, architecture: "x64", caption: "Microsoft Windows 10 Pro", installationType: "Client" },
    installedKbs: [],
    msiPatchKbs: null,
    software: [],
    pendingRestart: false,
    tags: [],
    ipAddresses: [],
    notes: [],
    ...facts,
  };
}

/** The catalog of small documents. */
export function catalogOf(...documents: readonly CvrfRows[]): Catalog {
  return new Catalog(
    compileCatalog(
      documents.map((rows) => readCvrf(Buffer.from(cvrfXml(rows)), rows.id).document),
      { errata: NO_ERRATA },
    ),
  );
}

/** The KBs of an answer, or its status where there is none: never an empty list for what is not known. */
export function missingKbs(device: Inventory, catalog: Catalog, asOf: string): readonly string[] | Assessment["status"] {
  const answer = assess(device, catalog, { asOf });
  return answer.missing?.map(({ id }) => id) ?? answer.status;
}

/** Every CVE and advisory that is open on the device by the answer, whichever update would close it. */
export function openCveIds(device: Inventory, catalog: Catalog, asOf: string): ReadonlySet<string> {
  const evaluated = evaluateDevice(new Planner(catalog, parseDay(asOf) ?? 0), device);
  if ("status" in evaluated) throw new Error(`not assessed: ${evaluated.reason}`);
  const evaluations = [evaluated.main, ...evaluated.applications.map(({ evaluation }) => evaluation)];
  const open = evaluations.flatMap((each) => openGroups(each).flatMap((group) => each.plan.groups[group]?.cves ?? []));
  return new Set(open.map((cve) => catalog.content.cves[cve]?.id ?? ""));
}
