import { describe, expect, it } from "vitest";
import { osqueryJson } from "./osquery-json.ts";

const read = (value: unknown) => osqueryJson.parse(JSON.stringify(value), "o.json");
const version = {
  name: "Microsoft Windows Server 2019 Standard",
  version: "10.0.17763",
  build: "17763",
  platform: "windows",
  arch: "64-bit",
};
const WINDOWS = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const value = (name: string, data: string, key: string = WINDOWS) => ({ key, path: `${key}\\${name}`, name, type: "REG_SZ", data });

describe("osquery", () => {
  it("tables under their names are one device", () => {
    const { fragments, problems } = read({
      os_version: [version],
      system_info: [{ hostname: "srv-1.contoso.example" }],
      patches: [{ hotfix_id: "KB5026362" }, { hotfix_id: "KB5022511" }],
      registry: [value("UBR", "4377"), value("InstallationType", "Server Core"), value("ReleaseId", "1809")],
    });
    expect(problems).toEqual([]);
    expect(fragments[0]).toEqual({
      deviceName: "srv-1.contoso.example",
      os: {
        caption: "Microsoft Windows Server 2019 Standard",
        version: "10.0",
        build: 17763,
        ubr: 4377,
        displayVersion: "1809",
        installationType: "Server Core",
        architecture: "x64",
      },
      installedKbs: ["5026362", "5022511"],
      notes: [],
    });
  });

  it.each([
    ["the column revision", [{ ...version, revision: "4377" }], [], 4377],
    ["a version of four parts", [{ ...version, version: "10.0.17763.4377" }], [], 4377],
    ["the registry", [version], [value("UBR", "4377")], 4377],
    ["nowhere", [version], [], undefined],
  ])("takes the revision from %s", (_, os_version, registry, ubr) => {
    expect(read({ os_version, registry }).fragments[0]?.os?.ubr).toBe(ubr);
  });

  it("does not give one build the revision of another", () => {
    const { fragments, problems } = read({ os_version: [version], registry: [value("CurrentBuild", "19045"), value("UBR", "2965")] });
    expect(fragments[0]?.os).toMatchObject({ build: 17763 });
    expect(fragments[0]?.os?.ubr).toBeUndefined();
    expect(problems).toMatchObject([{ field: "registry" }]);
  });

  it("names .NET Framework with the version of its files, and not that of WOW64", () => {
    const key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full";
    const wow = key.replace("SOFTWARE", "SOFTWARE\\WOW6432Node");
    const { fragments } = read({
      registry: [value("Release", "528049", key), value("Version", "4.8.04690", key), value("Release", "378389", wow)],
    });
    expect(fragments[0]?.software).toEqual([{ vendor: "microsoft", name: "Microsoft .NET Framework 4.8", version: "4.8.04690" }]);
  });

  it("finds Office's patches among the programs, and claims nothing where there are none", () => {
    const excel = { name: "Security Update for Microsoft Excel 2016 (KB4461542) 32-Bit Edition", version: "" };
    expect(read({ programs: [excel, { name: "7-Zip" }] }).fragments[0]?.msiPatchKbs).toEqual(["4461542"]);
    expect(read({ programs: [{ name: "7-Zip" }] }).fragments[0]?.msiPatchKbs).toBeUndefined();
  });

  it.each([
    ["patches", [{ hotfix_id: "KB5026362", csname: "A" }], { installedKbs: ["5026362"] }],
    ["os_version", [{ ...version, major: "10", platform_like: "windows" }], { os: { build: 17763 } }],
    ["registry", [value("CurrentBuild", "19045"), value("UBR", "2965")], { os: { build: 19045, ubr: 2965 } }],
    ["system_info", [{ hostname: "PC-1", cpu_type: "x86_64" }], { deviceName: "PC-1" }],
    ["programs", [{ name: "7-Zip", version: "23", install_location: "" }], { software: [{ name: "7-Zip", version: "23" }] }],
  ])("rows of %s alone are recognised by their columns", (_, rows, fragment) => {
    expect(osqueryJson.looksLike(JSON.stringify(rows))).toBe(true);
    expect(read(rows).fragments).toMatchObject([fragment]);
  });

  it("says that a table without rows is empty, and nothing of one that is missing", () => {
    expect(read({ os_version: [version], patches: [] }).fragments[0]?.installedKbs).toEqual([]);
    expect(read({ os_version: [version] }).fragments[0]?.installedKbs).toBeUndefined();
    expect(read({ os_version: [version], patches: null }).fragments[0]?.installedKbs).toBeUndefined();
  });

  it.each([
    ["a patch without a KB", { patches: [{ hotfix_id: "" }, { hotfix_id: "KB5026362" }] }, "patches[0].hotfix_id"],
    ["a table that is no table", { os_version: [version], patches: "KB1" }, "patches"],
    ["another platform", { os_version: [{ name: "Ubuntu", platform: "ubuntu", build: "1" }] }, "os_version.platform"],
  ])("tells of %s", (_, tables, field) => {
    expect(read(tables).problems.map((problem) => problem.field)).toContain(field);
  });

  it("log lines are gathered by host; differences do not say what is installed", () => {
    const lines = [
      { name: "q_os_version", hostIdentifier: "PC-1", snapshot: [version] },
      { name: "q_patches", hostIdentifier: "pc-1", snapshot: [] },
      { name: "q_patches", hostIdentifier: "PC-2", action: "added", columns: { hotfix_id: "KB5026362" } },
    ];
    const { fragments, problems } = osqueryJson.parse(`${lines.map((line) => JSON.stringify(line)).join("\n")}\nbroken\n`, "o.log");
    expect(fragments).toMatchObject([{ deviceName: "PC-1", os: { build: 17763 }, installedKbs: [] }]);
    expect(problems.map((problem) => problem.line)).toEqual([3, 4]);
  });

  it.each(["[{}]", "[1]", '"x"', "{"])("is not %s", (text) => {
    expect(() => osqueryJson.parse(text, "o.json")).toThrow(expect.objectContaining({ code: "unreadable-input" }));
  });
});
