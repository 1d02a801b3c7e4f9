import { describe, expect, it } from "vitest";
import { SLOW_MACHINE } from "../../../test/slow-machine.ts";
import { looksLikeKb, parseKbNumber, parseSupersededKbs } from "./kb-number.ts";

describe("a remediation's description", () => {
  it.each([
    ["5031361", "5031361"],
    ["KB5034127", "5034127"],
    [" KB5034127 ", "5034127"],
    ["982132", "982132"],
  ])("X80: %j names KB%s", (description, kb) => expect(parseKbNumber(description)).toBe(kb));

  it.each(["15498768", "999999999999", "5034127;DROP", "５０３４１２７", "KB", "KB12", "kb5034127", "KB 5034127"])(
    "X80: %j is no KB and worth a warning",
    (description) => {
      expect(parseKbNumber(description)).toBeUndefined();
      expect(looksLikeKb(description)).toBe(true);
    },
  );

  it.each(["", "Release Notes", "Click to Run", "abc", "vim", "qt5-qtbase", "nodejs18", "Commit"])(
    "X80: %j names no KB, as it should",
    (text) => {
      expect(parseKbNumber(text)).toBeUndefined();
      expect(looksLikeKb(text)).toBe(false);
    },
  );
});

describe("the Supercedence of KB5031361", () => {
  it.each([
    ["", []],
    ["None", []],
    ["5030214", ["5030214"]],
    ["5030214; 5029247", ["5030214", "5029247"]],
    ["5030214, 5029247", ["5030214", "5029247"]],
    ["MS16-077, 3163018", ["3163018"]],
    ["5030214<br><br>5029247", ["5030214", "5029247"]],
    ["KB5030214", ["5030214"]],
    ["50302", []],
    ["15498768", []],
    ["10.0.17763.4851", []],
    ["2016-3163018", []],
    ["5030214; 5030214", ["5030214"]],
    ["5031361; 5030214", ["5030214"]],
  ])("X81: written %j replaces %j", (supercedence, kbs) => expect(parseSupersededKbs(supercedence, "5031361")).toEqual(kbs));

  it("X81: of 64 KiB without a KB is read in linear time", () => {
    const start = performance.now();
    parseSupersededKbs("1".repeat(65_536), "5031361");
    parseSupersededKbs("1-".repeat(32_768), "5031361");
    expect(performance.now() - start).toBeLessThan(200 * SLOW_MACHINE);
  });
});
