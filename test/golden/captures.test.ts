import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assess } from "../../src/domain/assessment/assess.ts";
import { explain } from "../../src/domain/assessment/explain.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";
import { sharedFile } from "../shared-data.ts";
import { knowledgeOfMicrosoft } from "./knowledge.ts";

/** Real machines of March 2019 with what the Windows Update Agent itself answered on them. */
const CAPTURES = [
  {
    device: "10_1803_x64_proforworkstations_en-us_B_20190306",
    // the agent also offers an optional Flash update, the removal tool and microcode, none of which fixes a CVE in MSRC's documents
    security: ["4487017", "4487038"],
    otherOffers: ["4462930", "890830", "4100347"],
  },
  {
    device: "10_1809_x64_education_en-us_20190306",
    // the agent offers one cumulative .NET update without CVEs
    security: [],
    otherOffers: ["4486553"],
  },
];
const ASKED_ON = "2019-03-06";

const folder = sharedFile("data/inventories");
const knowledge = folder === undefined ? undefined : knowledgeOfMicrosoft();

describe.runIf(knowledge !== undefined)("machines on which the Windows Update Agent was asked", () => {
  it.each(CAPTURES)("$device misses the agent's security updates, no more and no less", ({ device, security, otherOffers }) => {
    const inventory = captured(device);
    const catalog = knowledge?.(NO_ROW) as Catalog;
    const answer = assess(inventory, catalog, { asOf: ASKED_ON });
    expect(answer.status).toBe("assessed");
    expect(answer.missing?.map(({ id }) => id).sort()).toEqual(security);
    expect([...security, ...otherOffers].sort()).toEqual(offered(device).sort());
    for (const kb of otherOffers)
      expect(explain(inventory, catalog, { asOf: ASKED_ON }, kb).verdict).toMatch(/unknown|not-chosen|not-applicable/);
  });
});

it.runIf(knowledge === undefined)("the captured machines are not there: nothing was compared with the Windows Update Agent", ({ skip }) => {
  skip("no ../shared/data");
});

const NO_ROW = { device: "", because: "", on: "real", has: { os: "", build: "", kbs: null }, asOf: ASKED_ON, missing: [] } as const;

/** systeminfo and hotfix list of one machine, read as one device. */
function captured(device: string): Inventory {
  const inputs = ["systeminfo", "qfe"].map((part) => ({
    source: `${device}_${part}.txt`,
    bytes: readFileSync(`${folder}/${device}_${part}.txt`),
  }));
  const [inventory] = readInventories(inputs, { merge: true }).devices;
  if (inventory === undefined) throw new Error(`${device} could not be read`);
  return inventory;
}

/** The agent's answer: `KB4487017: 2019-02 Cumulative Update …`, one update a line. */
function offered(device: string): string[] {
  const text = readFileSync(`${folder}/${device}_updates.txt`, "utf8");
  return [...text.matchAll(/^\D{0,3}KB(\d+):/gm)].map(([, kb]) => kb ?? "");
}
