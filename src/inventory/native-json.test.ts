import { describe, expect, it } from "vitest";
import { nativeJson } from "./native-json.ts";

const good = { deviceName: "pc-1", os: { build: 19045, ubr: 2965 }, installedKbs: ["5026361"] };
const read = (value: unknown) => nativeJson.parse(JSON.stringify(value), "n.json");
const one = (members: object) => read({ ...good, ...members }).fragments[0];

describe("a native inventory", () => {
  it("is full with little: everything unsaid is unknown or none", () => {
    expect(read(good)).toEqual({
      fragments: [
        {
          deviceName: "pc-1",
          os: { build: 19045, ubr: 2965 },
          installedKbs: ["5026361"],
          msiPatchKbs: null,
          software: [],
          pendingRestart: false,
          tags: [],
          ipAddresses: [],
          notes: [],
        },
      ],
      problems: [],
    });
  });

  it.each([
    ["a list", { installedKbs: ["KB5026361", "5026361"] }, ["5026361"], undefined],
    ["an empty list: nothing is installed", { installedKbs: [] }, [], undefined],
    ["null: could not be read", { installedKbs: null }, null, "could not read"],
    ["no member: was not asked for", { installedKbs: undefined }, null, "is missing"],
  ])("J54: tells apart %s", (_, members, installedKbs, note) => {
    const device = one(members);
    expect(device?.installedKbs).toEqual(installedKbs);
    expect(device?.notes?.join() ?? "").toContain(note ?? "");
  });

  it.each([
    [{ version: "10.0.19045" }, { version: "10.0", build: 19045 }],
    [{ version: "10.0.19045.2965" }, { version: "10.0", build: 19045, ubr: 2965 }],
    [
      { version: "10.0", build: 19045 },
      { version: "10.0", build: 19045 },
    ],
    [{ build: 19045, ubr: null, caption: null }, { build: 19045 }],
  ])("knows the system from %j", (os, expected) => {
    expect(one({ os })?.os).toEqual(expected);
  });

  it("keeps its id in lower case and its time in UTC", () => {
    const device = one({ deviceId: "ABCDEF0123456789abcdef0123456789ABCDEF01", collectedAt: "2026-03-02T09:15:00+01:00" });
    expect(device).toMatchObject({ deviceId: "abcdef0123456789abcdef0123456789abcdef01", collectedAt: "2026-03-02T08:15:00.000Z" });
  });

  it("J53: ignores members that it does not know, and none of them reaches a prototype", () => {
    const text =
      '{"__proto__":{"isAdmin":true,"installedKbs":[]},"deviceName":"p1","os":{"build":19045,"__proto__":{"ubr":1}},"constructor":1,"tenantId":"T2"}';
    const { fragments } = nativeJson.parse(text, "n.json");
    expect(fragments[0]).toMatchObject({ deviceName: "p1", os: { build: 19045 }, installedKbs: null });
    expect(Object.keys(fragments[0] ?? {})).not.toContain("tenantId");
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });

  it.each([
    ["deviceName", { deviceName: undefined }],
    ["deviceName", { deviceName: "" }],
    ["deviceName", { deviceName: 7 }],
    ["deviceName", { deviceName: "a".repeat(256) }],
    ["deviceName", { deviceName: "\uD800" }],
    ["deviceId", { deviceId: "abc" }],
    ["deviceId", { deviceId: "abcdef0123456789abcdef0123456789abcdef01 " }],
    ["collectedAt", { collectedAt: "" }],
    ["collectedAt", { collectedAt: 1_700_000_000 }],
    ["collectedAt", { collectedAt: "2026-03-02T08:15:00" }],
    ["collectedAt", { collectedAt: "2024-02-30" }],
    ["schema", { schema: "patchgap.inventory/2" }],
    ["os", { os: undefined }],
    ["os", { os: "Windows 10" }],
    ["os.build", { os: {} }],
    ["os.build", { os: { version: "10.0" } }],
    ["os.build", { os: { build: 19045.5 } }],
    ["os.build", { os: { build: "19045" } }],
    ["os.build", { os: { build: -1 } }],
    ["os.build", { os: { build: 1e30 } }],
    ["os.build", { os: { build: 19045, version: "10.0.19044" } }],
    ["os.ubr", { os: { build: 19045, ubr: 9_999_999_999 } }],
    ["os.version", { os: { version: "Windows 10" } }],
    ["os.architecture", { os: { build: 19045, architecture: "sparc" } }],
    ["os.installationType", { os: { build: 19045, installationType: "client" } }],
    ["os.hotpatch", { os: { build: 19045, hotpatch: "yes" } }],
    ["installedKbs", { installedKbs: "KB1" }],
    ["installedKbs", { installedKbs: { length: 1 } }],
    ["installedKbs", { installedKbs: Array.from({ length: 10_001 }, (_, index) => `KB${5_000_000 + index}`) }],
    ["installedKbs[1]", { installedKbs: ["5026361", 5_026_361] }],
    ["pendingRestart", { pendingRestart: 1 }],
    ["software[0].name", { software: [{ version: "1" }] }],
    ["software[1]", { software: [{ name: "a" }, "b"] }],
    ["tags[0]", { tags: [[]] }],
    ["tags", { tags: Array.from({ length: 101 }, String) }],
    ["ipAddresses", { ipAddresses: "10.0.0.7" }],
  ])("is refused for its %s: %j", (field, members) => {
    expect(() => read({ ...good, ...members })).toThrow(
      expect.objectContaining({ code: "unreadable-input", place: { source: "n.json", field } }),
    );
  });

  it("loses an entry that names no KB, not the others", () => {
    const { fragments, problems } = read({ ...good, installedKbs: ["KB５０２６３６１", "5026361", "KB1"] });
    expect(fragments[0]?.installedKbs).toEqual(["5026361"]);
    expect(problems.map((problem) => problem.field)).toEqual(["installedKbs[0]", "installedKbs[2]"]);
  });

  it("in an array or on a line is refused alone", () => {
    const array = read([good, { ...good, os: { build: "x" } }, 7, { ...good, deviceName: "pc-2" }]);
    expect(array.fragments.map((fragment) => fragment.deviceName)).toEqual(["pc-1", "pc-2"]);
    expect(array.problems.map((problem) => problem.field)).toEqual(["[1].os.build", "[2]"]);
    const lines = nativeJson.parse([JSON.stringify(good), "{broken", "", JSON.stringify({ ...good, os: 1 }), ""].join("\r\n"), "n.ndjson");
    expect(lines.fragments).toHaveLength(1);
    expect(lines.problems).toMatchObject([{ line: 2 }, { line: 4, field: "os" }]);
  });

  it("is recognised behind a broken line", () => {
    const text = `{"deviceName":"pc\n{broken\n${JSON.stringify(good)}\n`;
    expect(nativeJson.looksLike(text)).toBe(true);
    expect(nativeJson.looksLike(`{broken\n${JSON.stringify(good)}\n`)).toBe(true);
    expect(nativeJson.parse(text, "n.ndjson").problems.map((problem) => problem.line)).toEqual([1, 2]);
  });

  it.each([
    ["an empty text", ""],
    ["a brace", "{"],
    ["a trailing comma", '{"deviceName":"a",\n}'],
    ["NaN", '{"deviceName":NaN}'],
    ["null", "null"],
    ["a string", '"x"'],
    ["true", "true"],
    ["an empty array", "[]"],
    ["an array in arrays", `${"[".repeat(100)}${"]".repeat(100)}`],
    ["arrays without an end", "[".repeat(1_000_000)],
    ["a million arrays", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`],
  ])("is not %s", (_, text) => {
    expect(() => nativeJson.parse(text, "n.json")).toThrow(expect.objectContaining({ code: "unreadable-input" }));
  });
});
