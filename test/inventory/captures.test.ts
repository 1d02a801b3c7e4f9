import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProductError } from "../../src/domain/errors.ts";
import { decodeText } from "../../src/inventory/decode-text.ts";
import { FORMATS, recognise } from "../../src/inventory/formats.ts";
import { type InventoryInput, readInventories } from "../../src/inventory/read-inventories.ts";
import { sharedFile } from "../shared-data.ts";

// Counted in the files themselves with other tools: host, version, build, architecture, caption, KBs, first and last of them.
const CAPTURES = [
  ["10_1803_x64_education_en-us", "LAPTOP", "10.0", 17134, "x64", "Microsoft Windows 10 Education", 5, "4100347", "4343909"],
  ["10_1803_x64_pro_it", "PC044", "10.0", 17134, "x64", "Microsoft Windows 10 Pro", 10, "4100347", "4487017"],
  [
    "10_1803_x64_proforworkstations_en-us_B_20190306",
    "DESKTOP-OOF6NB5",
    "10.0",
    17134,
    "x64",
    "Microsoft Windows 10 Pro for Workstations",
    0,
    undefined,
    undefined,
  ],
  ["10_1803_x86_enterprise_nl", "DESKTOP-LFQSJM4", "10.0", 17134, "x86", "Microsoft Windows 10 Enterprise", 4, "4230204", "4457128"],
  ["10_1809_x64_education_en-us_20190306", "LAPTOP", "10.0", 17763, "x64", "Microsoft Windows 10 Education", 9, "2693643", "4487044"],
  ["10_1809_x64_education_es", "...", "10.0", 17763, "x64", "Microsoft Windows 10 Education", 9, "4486553", "4482887"],
  ["10_1809_x64_pro_en-us_20190307", "DESKTOP-LOQ9L09", "10.0", 17763, "x64", "Microsoft Windows 10 Pro", 5, "4486553", "4482887"],
  ["10_21H2_x64_pro", "DESKTOP", "10.0", 19044, "x64", "Microsoft Windows 10 Pro", 7, "5012117", "5005699"],
  ["10_22H2_x64_enterprise_en-us", "DESKTOP-92B51CV", "10.0", 19045, "x64", "Microsoft Windows 10 Enterprise", 1, "5022502", "5022502"],
  ["11_21H2_x64_enterprise", "WINXI21H2", "10.0", 22000, "x64", "Microsoft Windows 11 Enterprise", 4, "5004342", "5005703"],
  ["11_23H2_x64_enterprise", "DESKTOP-JNEKK9U", "10.0", 22631, "x64", "Microsoft Windows 11 Enterprise", 4, "5029921", "5031592"],
  ["7_sp1_x64_enterprise_en-us_A", "WIN7SP1X64", "6.1", 7601, "x64", "Microsoft Windows 7 Enterprise", 219, "2849697", "982018"],
  [
    "7_sp1_x64_enterprise_fr_systeminfo_cmd",
    "WIN-IDKKFN87EL8",
    "6.1",
    7601,
    "x64",
    "Microsoft Windows 7 Entreprise N",
    73,
    "2491683",
    "4493472",
  ],
  [
    "7_sp1_x64_enterprise_fr_systeminfo_powershell",
    "WIN-IDKKFN87EL8",
    "6.1",
    7601,
    "x64",
    "Microsoft Windows 7 Entreprise N",
    93,
    "2491683",
    "4493472",
  ],
  ["8.1_u1_x64_enterprise_en-us", "WIN81U1X64", "6.3", 9600, "x64", "Microsoft Windows 8.1 Enterprise", 6, "2919355", "2949621"],
  [
    "srv_2003r2_sp2_x86_standard_en-us",
    "SRV2K3R2SP2X86",
    "5.2",
    3790,
    "x86",
    "Microsoft Windows Server 2003, Standard Edition",
    67,
    "2742604",
    "2862152",
  ],
  [
    "srv_2008r2_sp1_x64_standard_en-us",
    "SRV2K8R2SP1X64",
    "6.1",
    7601,
    "x64",
    "Microsoft Windows Server 2008 R2 Standard",
    2,
    "958488",
    "976902",
  ],
  ["srv_2016_1607_datacenter_en-us", "MYSERVER", "10.0", 14393, "x64", "Microsoft Windows Server 2016 Datacenter", 5, "4049065", "4483229"],
  [
    "srv_2019_rtm_datacenter_en-us",
    "WIN-O863JARO7CM",
    "10.0",
    17763,
    "x64",
    "Microsoft Windows Server 2019 Datacenter",
    5,
    "4462930",
    "4480116",
  ],
  ["srv_2022", "WIN-RIBN7SM07BK", "10.0", 20348, "x64", "Microsoft Windows Server 2022 Standard", 3, "5004330", "5005552"],
  ["xp_sp3_x86_professional_en-us", "WINXPSP3", "5.1", 2600, "x86", "Microsoft Windows XP Professional", 92, "2378111", "946648"],
] as const;

/** Hotfix lists and what the agent offered: installed, offered, first and last KB. */
const LISTS = [
  ["10_1809_x64_education_en-us_20190306_qfe", 9, undefined, "2693643", "4487044"],
  ["10_1809_x64_pro_en-us_20190307_qfe", 5, undefined, "4486553", "4482887"],
  ["xp_sp3_x86_professional_en-us_qfe", 134, undefined, "2115168", "978695"],
  ["10_1803_x64_proforworkstations_en-us_B_20190306_updates", undefined, 5, "4462930", "4487017"],
  ["10_1809_x64_education_en-us_20190306_updates", undefined, 1, "4486553", "4486553"],
] as const;

const BLANK_LIST = "10_1803_x64_proforworkstations_en-us_B_20190306_qfe.txt";

const folder = sharedFile("data/inventories");

describe.skipIf(folder === undefined)("the real captures (skipped where ../shared is absent)", () => {
  const input = (name: string): InventoryInput => ({ source: name, bytes: readFileSync(join(folder ?? "", name)) });
  const systeminfoOf = (name: string): string => (name.includes("systeminfo") ? `${name}.txt` : `${name}_systeminfo.txt`);

  it("are all told of here", () => {
    const told = [...CAPTURES.map(([name]) => systeminfoOf(name)), ...LISTS.map(([name]) => `${name}.txt`), BLANK_LIST];
    expect(told.sort()).toEqual(readdirSync(folder ?? "").sort());
  });

  it.each(CAPTURES)("S01: %s is %s", (name, deviceName, version, build, architecture, caption, count, first, last) => {
    const { devices, problems } = readInventories([input(systeminfoOf(name))]);
    const [device] = devices;
    expect(devices).toHaveLength(1);
    expect(problems).toEqual([]);
    const installationType = caption.includes("Server") ? "Server" : "Client";
    expect(device).toMatchObject({ deviceName, os: { version, build, architecture, caption, installationType } });
    expect([device?.installedKbs?.length, device?.installedKbs?.[0], device?.installedKbs?.at(-1)]).toEqual([count, first, last]);
  });

  it("say where systeminfo itself stopped", () => {
    const notesOf = (name: string): string => readInventories([input(name)]).devices[0]?.notes.join("; ") ?? "";
    expect(notesOf("xp_sp3_x86_professional_en-us_systeminfo.txt")).toContain("stopped after 220 of 262 hotfixes (it lists at most 245)");
    expect(notesOf("srv_2003r2_sp2_x86_standard_en-us_systeminfo.txt")).toContain("stopped after 240 of 352 hotfixes");
    expect(notesOf("7_sp1_x64_enterprise_en-us_A_systeminfo.txt")).toBe("");
  });

  it.each(LISTS)("%s lists %s installed and %s offered", (name, installed, offered, first, last) => {
    const { text } = decodeText(input(`${name}.txt`).bytes, name);
    const { fragments, problems } = recognise(text)?.parse(text, name) ?? { fragments: [], problems: [] };
    const kbs = fragments[0]?.installedKbs ?? fragments[0]?.offeredKbs;
    expect(problems).toEqual([]);
    expect([fragments[0]?.installedKbs?.length, fragments[0]?.offeredKbs?.length, kbs?.[0], kbs?.at(-1)]).toEqual([
      installed,
      offered,
      first,
      last,
    ]);
  });

  it("the two files of the 1803 machine merge: the blank list says nothing, systeminfo says that there is none", () => {
    const files = [input("10_1803_x64_proforworkstations_en-us_B_20190306_systeminfo.txt"), input(BLANK_LIST)];
    const { devices } = readInventories(files, { merge: true });
    expect(devices).toHaveLength(1);
    expect(devices[0]).toMatchObject({ deviceName: "DESKTOP-OOF6NB5", os: { build: 17134 }, installedKbs: [] });
    expect(devices[0]?.notes).toContainEqual(expect.stringContaining("blank"));
  });

  it.each(["10_1809_x64_education_en-us_20190306", "10_1809_x64_pro_en-us_20190307"])(
    "%s says the same with and without its own hotfix list",
    (name) => {
      const alone = readInventories([input(`${name}_systeminfo.txt`)]).devices[0];
      const merged = readInventories([input(`${name}_qfe.txt`), input(`${name}_systeminfo.txt`)], { merge: true }).devices[0];
      expect([...(merged?.installedKbs ?? [])].sort()).toEqual([...(alone?.installedKbs ?? [])].sort());
    },
  );

  it("are each claimed by exactly one format", () => {
    for (const name of readdirSync(folder ?? "")) {
      const { text } = decodeText(input(name).bytes, name);
      expect([name, FORMATS.filter((format) => format.looksLike(text)).length]).toEqual([name, 1]);
    }
  });

  it.each(CAPTURES)("S04: %s cut after any line never passes a shorter list off as whole", (name) => {
    const { bytes, source } = input(systeminfoOf(name));
    const { text } = decodeText(bytes, source);
    const whole = readInventories([{ source, bytes }]).devices[0];
    const lines = text.split("\n");
    for (let count = 0; count < lines.length; count++) {
      const kbs = kbsOf(`${lines.slice(0, count).join("\n")}\n`, source);
      if (kbs !== null && kbs !== undefined) expect(kbs).toEqual(whole?.installedKbs);
    }
  });

  it("S02, S03: read the same in every encoding and with every line end", () => {
    for (const [name] of CAPTURES) {
      const { text } = decodeText(input(systeminfoOf(name)).bytes, name);
      const expected = kbsOf(text, name);
      const lf = text.replaceAll("\r\n", "\n");
      for (const variant of [lf, lf.replaceAll("\n", "\r"), lf.replaceAll("\n", "\r\r\n"), `${text}\0\0\0`, `${text}\u001A`])
        expect(kbsOf(variant, name)).toEqual(expected);
      const utf16 = Buffer.from(text, "utf16le");
      for (const bytes of [utf16, Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), Buffer.from(utf16).swap16()]) {
        expect(readInventories([{ source: name, bytes }]).devices[0]?.installedKbs).toEqual(expected);
      }
    }
  });
});

/** The list that a text gives; undefined where it is refused. */
function kbsOf(text: string, source: string): readonly string[] | null | undefined {
  try {
    return readInventories([{ source, bytes: Buffer.from(text) }]).devices[0]?.installedKbs;
  } catch (error) {
    expect(error).toBeInstanceOf(ProductError);
    return undefined;
  }
}
