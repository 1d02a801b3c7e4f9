import { describe, expect, it } from "vitest";
import { ProductError } from "../errors.ts";
import { parseErrata } from "./errata.ts";

const entry = { kb: "5004945", revision: 1083 };
const flashRemoval = { kb: "4577586", containedFrom: "2021-07" };

function refusal(json: unknown): { code: string; place: unknown; message: string } | undefined {
  try {
    parseErrata(json, "mine.json");
    return undefined;
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    return { code: error.code, place: error.place, message: error.message };
  }
}

describe("the errata file", () => {
  it("gives revisions, withdrawals and how Flash leaves", () => {
    const errata = parseErrata({ about: "…", revisions: [entry], withdrawn: [{ kb: "KB4524244", on: "2020-02-15" }], flashRemoval });
    expect(errata.revisions).toEqual(new Map([["5004945", 1083]]));
    expect(errata.withdrawn).toEqual(new Map([["4524244", 18_307]]));
    expect(errata.flashRemoval).toEqual({ kb: "4577586", containedFrom: 2021 * 12 + 6 });
  });

  it("may leave everything out", () => {
    expect(parseErrata({})).toEqual({ revisions: new Map(), withdrawn: new Map(), flashRemoval: undefined });
  });

  it.each([
    [null, ""],
    [[], ""],
    ["text", ""],
    [{ revisions: {} }, "revisions"],
    [{ revisions: [7] }, "revisions[0]"],
    [{ revisions: [entry, { kb: "5004945" }] }, "revisions[1].revision"],
    [{ revisions: [{ ...entry, revision: "1083" }] }, "revisions[0].revision"],
    [{ revisions: [{ ...entry, revision: 0 }] }, "revisions[0].revision"],
    [{ revisions: [{ ...entry, revision: 1.5 }] }, "revisions[0].revision"],
    [{ revisions: [{ ...entry, kb: 5004945 }] }, "revisions[0].kb"],
    [{ revisions: [{ ...entry, kb: "15498768" }] }, "revisions[0].kb"],
    [{ withdrawn: "4524244" }, "withdrawn"],
    [{ withdrawn: [{ kb: "4524244" }] }, "withdrawn[0].on"],
    [{ withdrawn: [{ kb: "4524244", on: "2020-02-30" }] }, "withdrawn[0].on"],
    [{ withdrawn: [{ kb: "", on: "2020-02-15" }] }, "withdrawn[0].kb"],
    [{ flashRemoval: null }, "flashRemoval"],
    [{ flashRemoval: { ...flashRemoval, containedFrom: "July 2021" } }, "flashRemoval.containedFrom"],
    [{ flashRemoval: { kb: "4577586" } }, "flashRemoval.containedFrom"],
    [{ flashRemoval: { containedFrom: "2021-07" } }, "flashRemoval.kb"],
  ])("%j is refused, naming %j", (json, field) => {
    expect(refusal(json)).toEqual({
      code: "unreadable-input",
      place: { source: "mine.json", field },
      message: expect.stringContaining("expected"),
    });
  });

  // a month that is none would let Flash leave at the wrong time
  it("a thirteenth month is refused", () => {
    expect(refusal({ flashRemoval: { ...flashRemoval, containedFrom: "2021-13" } })).toMatchObject({
      place: { field: "flashRemoval.containedFrom" },
    });
  });
});
