import { describe, expect, it } from "vitest";
import type { FormatName } from "./format.ts";
import { LIMITS } from "./limits.ts";
import { readInventories } from "./read-inventories.ts";

const input = (text: string | Buffer, source = "f", format?: FormatName) => ({
  source,
  bytes: Buffer.from(text as string),
  ...(format === undefined ? {} : { format }),
});
const native = (members: object = {}): string => JSON.stringify({ deviceName: "pc-1", os: { build: 19045 }, installedKbs: [], ...members });
const systeminfo =
  "Host Name:  PC-1\nOS Name:  Microsoft Windows 10 Pro\nOS Version:  10.0.19045 N/A Build 19045\nLogon Server:  \\\\PC-1\nHotfix(s):  N/A\nNetwork Card(s):  N/A\n";

describe("inventories", () => {
  it("of several formats are read in the order given", () => {
    const { devices, problems } = readInventories([input(systeminfo, "a"), input(native({ deviceName: "pc-2" }), "b")]);
    expect(devices.map((device) => device.deviceName)).toEqual(["PC-1", "pc-2"]);
    expect(problems).toEqual([]);
  });

  it("of a list without a system need another file", () => {
    const list = input("HotFixID,Node\nKB5026361,PC-1\n", "list.csv");
    expect(() => readInventories([input(systeminfo, "a"), list])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("--merge") }),
    );
    expect(readInventories([input(systeminfo, "a"), list], { merge: true }).devices).toMatchObject([
      { deviceName: "PC-1", installedKbs: ["5026361"] },
    ]);
  });

  it("of a file in which one host lacks its system lose that host and say so", () => {
    const lines = [
      { name: "os_version", hostIdentifier: "PC-1", snapshot: [{ build: "19045", platform: "windows" }] },
      { name: "patches", hostIdentifier: "PC-2", snapshot: [{ hotfix_id: "KB5026361" }] },
    ];
    const { devices, problems } = readInventories([input(lines.map((line) => JSON.stringify(line)).join("\n"), "log")]);
    expect(devices).toMatchObject([{ deviceName: "PC-1", installedKbs: null, notes: ["no hotfix list was given"] }]);
    expect(problems).toMatchObject([{ source: "log", field: "os" }]);
  });

  it.each([
    ["nothing", "", "this is empty"],
    ["JSON of something else", '{"hostname":"x","kbs":[]}', "begins as JSON does"],
    ["any text", "hello\nworld\n", "is a text of 3 lines"],
  ])("are not %s", (_, text, message) => {
    expect(() => readInventories([input(text, "x.txt")])).toThrow(message);
  });

  it("may be named by their format, and are then read as nothing else", () => {
    expect(() => readInventories([input(systeminfo, "x.txt", "native")])).toThrow("not valid JSON");
  });

  it("in an unknown code page keep no name that would be a guess", () => {
    const bytes = Buffer.from(systeminfo.replace("PC-1", "P\u00C7-1"), "latin1");
    expect(() => readInventories([input(bytes, "cp850.txt")])).toThrow("unknown encoding");
    const onlyLabels = Buffer.from(systeminfo.replace("Host Name", "Nom de l'h\u0093te"), "latin1");
    expect(readInventories([input(onlyLabels, "cp850.txt")]).devices).toMatchObject([{ deviceName: "PC-1", installedKbs: [] }]);
    expect(() => readInventories([input(Buffer.from(native({ tags: ["\u00C7"] }), "latin1"), "n.json")])).toThrow(
      "neither UTF-8 nor UTF-16",
    );
  });

  it("S11, J51: that are too large are refused before they are read", () => {
    const code = expect.objectContaining({ code: "too-large" });
    expect(() => readInventories([input(Buffer.alloc(LIMITS.textBytes + 1, "x"), "x.txt")])).toThrow(code);
    expect(() => readInventories([input(Buffer.alloc(LIMITS.jsonBytes + 1, "["), "x.json")])).toThrow(code);
    expect(() => readInventories([input(`${systeminfo}${"\n".repeat(LIMITS.textLines)}`, "x.txt")])).toThrow(code);
  });

  it.each([
    ["one id under two names", { deviceId: "a".repeat(40) }, { deviceId: "A".repeat(40), deviceName: "pc-2" }, "deviceId"],
    ["one name with two ids", { deviceId: "a".repeat(40) }, { deviceId: "b".repeat(40), deviceName: "PC-1" }, "deviceName"],
  ])("J52: that claim %s are both kept and told", (_, first, second, field) => {
    const { devices, problems } = readInventories([input(`[${native(first)},${native(second)}]`)]);
    expect(devices).toHaveLength(2);
    expect(problems).toMatchObject([{ field }]);
  });

  it("of one device given twice are no trouble", () => {
    expect(readInventories([input(native()), input(native())]).problems).toEqual([]);
  });
});
