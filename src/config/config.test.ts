import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { checkOptions, makeConfig, misspeltVariables, readConfigFile, readEnvironment } from "./config.ts";
import { allSettings, flagOf, variableOf } from "./settings.ts";

test("options win over the environment, that over the file, that over the defaults", () => {
  const config = makeConfig({ data: "option" }, { data: "env", format: "native" }, { data: "file", format: "osquery", merge: true });
  expect(config).toMatchObject({ data: "option", format: "native", merge: true, logLevel: "info" });
});

test("flags and variables follow from the name", () => {
  expect(flagOf("includeSuperseded")).toBe("--include-superseded");
  expect(variableOf("includeSuperseded")).toBe("PATCHGAP_INCLUDE_SUPERSEDED");
  expect(new Set(allSettings.map((setting) => setting.name)).size).toBe(allSettings.length);
});

describe("environment", () => {
  test.each([
    [{ PATCHGAP_DATA: "d" }, { data: "d" }],
    [{ PATCHGAP_DATA: "" }, {}],
    [
      { PATCHGAP_JSON: "yes", PATCHGAP_CSV: "0" },
      { json: true, csv: false },
    ],
    [
      { PATCHGAP_JSON: "TRUE", PATCHGAP_CSV: "False", PATCHGAP_QUIET: "Yes", PATCHGAP_MERGE: "NO", PATCHGAP_FAIL_ON_MISSING: " 1 " },
      { json: true, csv: false, quiet: true, merge: false, failOnMissing: true },
    ],
    [{ PATCHGAP_INVENTORY: ["a b.txt", "c"].join(delimiter) }, { inventory: ["a b.txt", "c"] }],
    [{ PATCHGAP_EXPLAIN: "true" }, { explain: true }],
    [{ PATCHGAP_EXPLAIN: "KB5034441, 5034122" }, { explain: ["KB5034441", "5034122"] }],
    [{ PATCHGAP_UNHEARD_OF: "x", PATH: "y" }, {}],
  ])("%j gives %j", (environment, values) => {
    expect(readEnvironment(environment)).toEqual(values);
  });

  test("a switch that is neither true nor false is refused by the variable's name", () => {
    expect(() => readEnvironment({ PATCHGAP_MERGE: "maybe" })).toThrow('PATCHGAP_MERGE must be true or false, not "maybe"');
  });
});

test("misspelt variables are found with the one that was meant, others are nobody's business", () => {
  const environment = { PATCHGAP_DTA: "d", PATCHGAP_FAIL_ON_MISING: "1", PATCHGAP_DATA: "d", PATCHGAP_UNHEARD_OF: "x", PATH: "y" };
  expect(misspeltVariables(environment)).toEqual([
    { variable: "PATCHGAP_DTA", nearest: "PATCHGAP_DATA" },
    { variable: "PATCHGAP_FAIL_ON_MISING", nearest: "PATCHGAP_FAIL_ON_MISSING" },
  ]);
});

test("a release history is alone where the command line names it and nothing names another source", () => {
  expect(makeConfig({ releaseHistory: "h" }, {}, {}).isHistoryAlone).toBe(true);
  expect(makeConfig({ releaseHistory: "h", since: "2026-Jan" }, {}, {}).isHistoryAlone).toBe(false);
  expect(makeConfig({ releaseHistory: "h" }, { from: "f" }, {}).isHistoryAlone).toBe(false);
  expect(makeConfig({}, { releaseHistory: "h" }, { releaseHistory: "h" }).isHistoryAlone).toBe(false);
});

describe("config file", () => {
  test("holds any setting", () => {
    const text = '\ufeff{"data": "d", "logLevel": "debug", "inventory": ["a"], "explain": ["5034441"], "merge": true}';
    expect(readConfigFile(text, "c.json")).toEqual({ data: "d", logLevel: "debug", inventory: ["a"], explain: ["5034441"], merge: true });
  });

  test.each([
    ['{"logLvel": "debug"}', 'there is no setting "logLvel"', "Did you mean logLevel?"],
    ['{"as-of": "2026-01-01"}', 'there is no setting "as-of"', "Did you mean asOf?"],
    ['{"__proto__": {"json": true}}', 'there is no setting "__proto__"', expect.stringContaining("Known names: data")],
    ['{"config": "c.json"}', 'there is no setting "config"', expect.anything()],
    ['{"logLevel": "loud"}', 'logLevel in c.json must be one of error, warn, info, debug, not "loud"', undefined],
    ['{"merge": "yes"}', "merge in c.json must be true or false", undefined],
    ['{"inventory": "a"}', "inventory in c.json must be a list of texts", undefined],
    ['{"data": 5}', "data in c.json must be a text", undefined],
    ["[]", "the config file must hold one JSON object", undefined],
    ['{"data": "d",}', expect.stringContaining("the config file is not JSON"), undefined],
  ])("%s is refused", (text, message, hint) => {
    const refusal = (() => {
      try {
        return readConfigFile(text, "c.json");
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: "usage", message, hint });
  });
});

test("an option out of its choices is refused by its flag", () => {
  expect(() => checkOptions({ format: "xml" })).toThrow("--format must be one of native, ");
});
