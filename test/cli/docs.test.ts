import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allSettings, flagOf, type Setting, variableOf } from "../../src/config/settings.ts";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");

function row({ name, kind, placeholder, choices, help }: Setting): string {
  const value = { text: ` ${placeholder}`, list: ` ${placeholder}…`, "switch-or-list": ` [${placeholder}…]`, switch: "" }[kind];
  const listed = choices === undefined ? "" : `: ${choices.join(", ")}`;
  const inFile = name === "config" ? "" : `\`${name}\` `;
  return `| ${inFile}| \`${flagOf(name)}${value}\` | \`${variableOf(name)}\` | ${help}${listed} |`;
}

test("the page lists every setting as it is, and no other", () => {
  const rows = page.split("\n").filter((line) => line.includes("`PATCHGAP_"));
  expect(rows).toEqual(allSettings.map(row));
});
