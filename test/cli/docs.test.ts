import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allSettings, fileNameOf, flagOf, type Setting, variableOf } from "../../src/config/settings.ts";
import { sharedFile } from "../shared-data.ts";
import { runIn } from "./fake-io.ts";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");

function row(setting: Setting): string {
  const { name, kind, placeholder, choices, help } = setting;
  if (kind === "objects") return `| \`${fileNameOf(setting)}\` | | | ${help} |`;
  const value = {
    text: ` ${placeholder}`,
    number: ` ${placeholder}`,
    list: ` ${placeholder}…`,
    "switch-or-list": ` [${placeholder}…]`,
    switch: "",
  }[kind];
  const listed = choices === undefined ? "" : `: ${choices.join(", ")}`;
  const inFile = name === "config" ? "" : `\`${fileNameOf(setting)}\` `;
  return `| ${inFile}| \`${flagOf(name)}${value}\` | \`${variableOf(name)}\` | ${help}${listed} |`;
}

test("the page lists every setting as it is, and no other", () => {
  const [, , ...rows] = /^\| in the file \|(?:.|\n)*?\n(?=\n)/m.exec(page)?.[0].trim().split("\n") ?? [];
  expect(rows).toEqual(allSettings.map(row));
});

const documents = sharedFile("data/msrc-cvrf");
const history = sharedFile("data/release-history.json");

test.skipIf(documents === undefined || history === undefined)("the example of JSON is what the command prints", async () => {
  const data = mkdtempSync(join(tmpdir(), "patchgap-docs-"));
  const example = /```json\n(?<json>[^`]*)```/.exec(page)?.groups?.["json"] ?? "";
  const os = { caption: "Microsoft Windows 10 Pro", build: 19045, ubr: 2965, displayVersion: "22H2", installationType: "Client" };
  const stdin = JSON.stringify({ deviceName: "pc-042", os: { ...os, architecture: "x64" }, installedKbs: ["5026361"] });
  try {
    await runIn({}, "sync", "--data", data, "--from", documents ?? "", "--release-history", history ?? "");
    const { stdout } = await runIn({ stdin }, "missing", "--data", data, "--as-of", "2023-06-30", "--json", "--inventory", "-");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(example));
  } finally {
    rmSync(data, { recursive: true });
  }
});
