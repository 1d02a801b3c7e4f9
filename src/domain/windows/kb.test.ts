import { describe, expect, it } from "vitest";
import { catalogUrl, parseKb } from "./kb.ts";

describe("a KB number", () => {
  it.each([
    ["KB5034441", "5034441"],
    ["kb5034441", "5034441"],
    ["5034441", "5034441"],
    ["KB 5034441", "5034441"],
    ["  KB982018\t", "982018"],
    ["890830", "890830"],
  ])("%j is KB%s", (text, kb) => {
    expect(parseKb(text)).toBe(kb);
  });

  it.each([
    "",
    "KB",
    "KB12345",
    "15498768",
    "KB5034441v2",
    "Q5034441",
    "KB-5034441",
    "KB  5034441",
    "50 34441",
    "ADV200002",
    "５０３４４４１",
    "5034441\n5034442",
  ])("%j is none", (text) => {
    expect(parseKb(text)).toBeUndefined();
  });

  it("leads to a search of the Update Catalog", () => {
    expect(catalogUrl("4540673")).toBe("https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673");
  });
});
