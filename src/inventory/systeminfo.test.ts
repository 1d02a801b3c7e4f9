import { describe, expect, it } from "vitest";
import { systeminfo } from "./systeminfo.ts";

/** A capture in terse form: what is not said is as on a plain client. */
function capture(
  parts: {
    host?: string;
    caption?: string;
    version?: string;
    type?: string;
    logon?: string;
    hotfixes?: readonly string[];
    after?: readonly string[];
  } = {},
): string {
  const {
    host = "PC-1",
    caption = "Microsoft Windows 10 Pro",
    version = "10.0.19045 N/A Build 19045",
    type = "x64-based PC",
    logon = "\\\\PC-1",
    hotfixes = ["2 Hotfix(s) Installed.", "KB5026361", "KB5012170"],
    after = ["Network Card(s):           N/A"],
  } = parts;
  const [counted = "", ...entries] = hotfixes;
  const list = entries.map((entry, index) => `                           [${String(index + 1).padStart(2, "0")}]: ${entry}`);
  return [
    "",
    `Host Name:                 ${host}`,
    `OS Name:                   ${caption}`,
    `OS Version:                ${version}`,
    `System Type:               ${type}`,
    "Processor(s):              1 Processor(s) Installed.",
    "                           [01]: x64 Family 6 Model 158",
    `Logon Server:              ${logon}`,
    `Hotfix(s):                 ${counted}`,
    ...list,
    ...after,
    "",
  ].join("\r\n");
}

const read = (text: string) => {
  const { fragments, problems } = systeminfo.parse(text, "s.txt");
  return { device: fragments[0], fragments, problems };
};

describe("systeminfo", () => {
  it.each([
    ["Windows 10", "Microsoft Windows 10 Pro", "Microsoft Windows 10 Pro", "Client"],
    ["Windows 7 with a no-break space", "Microsoft Windows\u00A07 Entreprise N ", "Microsoft Windows 7 Entreprise N", "Client"],
    ["Windows 7 in code page 850", "Microsoft Windows\uFFFD7 Entreprise N ", "Microsoft Windows 7 Entreprise N", "Client"],
    [
      "Server 2008 as ASCII shows its marks",
      "Microsoftr Windows Serverr 2008 Standard",
      "Microsoft Windows Server 2008 Standard",
      "Server",
    ],
    ["Server 2003", "Microsoft(R) Windows(R) Server 2003, Standard Edition", "Microsoft Windows Server 2003, Standard Edition", "Server"],
    ["Russian", "Майкрософт Windows 10 Pro", "Майкрософт Windows 10 Pro", "Client"],
    ["Russian in an unknown code page", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD Windows 10 Pro", "Windows 10 Pro", "Client"],
    ["Chinese", "Microsoft Windows Server 2016 Datacenter", "Microsoft Windows Server 2016 Datacenter", "Server"],
    ["Hyper-V Server", "Microsoft Hyper-V Server 2019", "Microsoft Hyper-V Server 2019", "Server"],
  ])("reads the caption of %s", (_, caption, cleaned, installationType) => {
    expect(read(capture({ caption })).device?.os).toMatchObject({ caption: cleaned, installationType });
  });

  it.each([
    ["10.0.17134 N/A Build 17134", "10.0", 17134, undefined],
    ["10.0.17763 N/D Compilación 17763", "10.0", 17763, undefined],
    ["6.1.7601 Service Pack 1 version 7601", "6.1", 7601, undefined],
    ["10.0.19045 暂缺 Build 19045", "10.0", 19045, undefined],
    ["10.0.99999 N/A Build 99999", "10.0", 99999, undefined],
  ])("S09: reads the version %s", (version, major, build, ubr) => {
    expect(read(capture({ version })).device?.os).toMatchObject({ version: major, build });
    expect(read(capture({ version })).device?.os?.ubr).toBe(ubr);
  });

  it.each([
    "",
    "10.0.19045",
    "10.0.19045.9999999999 N/A Build 19045",
    "10.0.19045 N/A Build 19044",
    "6.1 Build 1",
    "-10.0.19045 N/A Build 19045",
    "10.0.9999999 N/A Build 9999999",
  ])("S09: takes no system from the version line %j", (version) => {
    expect(systeminfo.looksLike(capture({ version }))).toBe(false);
    expect(() => read(capture({ version }))).toThrow("no line names a version of Windows");
  });

  it.each([
    ["x64-based PC", "x64"],
    ["X86-based PC", "x86"],
    ["ARM64-based PC", "arm64"],
    ["Itanium-based PC", "ia64"],
    ["x64-basierter PC", "x64"],
    ["PC basado en x64", "x64"],
    ["unknown", undefined],
  ])("reads the architecture of %s", (type, architecture) => {
    expect(read(capture({ type })).device?.os?.architecture).toBe(architecture);
  });

  it.each([
    ["N/A", ["N/A"], []],
    ["the count 0", ["0 Hotfix(s) Installed."], []],
    ["a list", ["2 Hotfix(s) Installed.", "KB5026361", "KB5012170"], ["5026361", "5012170"]],
    ["a list with a space before the colon's value", ["1 Hotfix(s) Installed.", " kb5026361"], ["5026361"]],
    ["the same KB twice", ["2 Hotfix(s) Installed.", "KB5026361", "KB5026361-v2"], ["5026361"]],
    ["nothing at all", [""], null],
    ["a word that is not understood", ["unbekannt"], null],
    ["a count without a list", ["3 Hotfix(s) Installed."], null],
    ["entries without a KB", ["2 Hotfix(s) Installed.", "Update", "Update"], null],
    ["entries of files only", ["2 Hotfix(s) Installed.", "File 1", "File 1"], null],
  ])("S06: %s in the hotfix section", (_, hotfixes, installedKbs) => {
    expect(read(capture({ hotfixes })).device?.installedKbs).toEqual(installedKbs);
  });

  it("knows the word for not available from the version line, in any language", () => {
    const text = capture({
      version: "10.0.19045 Ikkeverfügbar Build 19045",
      hotfixes: ["Ikkeverfügbar"],
      logon: "Ikkeverfügbar",
      after: ["Netværk: 1", "   [01]: Adapter", "      Navn: Ethernet"],
    });
    expect(read(text).device?.installedKbs).toEqual([]);
  });

  it.each(["Není k dispozici", "\uFFFD\uFFFD zutreffend"])("knows it when it is more than one word: %s", (word) => {
    expect(read(capture({ version: `10.0.19045 ${word} Build 19045`, hotfixes: [word] })).device?.installedKbs).toEqual([]);
    expect(read(capture({ version: "6.1.7601 Service Pack 1 Build 7601", hotfixes: [word] })).device?.installedKbs).toBeNull();
  });

  it("S05: tells where the count is not that of the list", () => {
    const { device, problems } = read(capture({ hotfixes: ["12 Hotfix(s) Installed.", "KB5026361", "KB5012170"] }));
    expect(device?.installedKbs).toEqual(["5026361", "5012170"]);
    expect(problems).toEqual([{ source: "s.txt", line: 9, field: "installedKbs", message: "the capture counts 12 hotfixes and lists 2" }]);
  });

  it("S08: tells of an entry that names no KB and keeps the others", () => {
    const { device, problems } = read(capture({ hotfixes: ["2 Hotfix(s) Installed.", "KB9７6902", "KB5026361"] }));
    expect(device?.installedKbs).toEqual(["5026361"]);
    expect(problems).toMatchObject([{ line: 10, field: "installedKbs" }]);
  });

  it.each([
    ["is whole", ["245 Hotfix(s) Installed.", ...kbs(245)], "there may be more"],
    ["ends in half an entry", ["300 Hotfix(s) Installed.", ...kbs(220), "KB50"], "stopped after 221 of 300"],
  ])("says where systeminfo itself stops listing: the list %s", (_, hotfixes, note) => {
    const { device, problems } = read(capture({ hotfixes }));
    expect(device?.notes?.join()).toContain(note);
    expect(problems).toEqual([]);
  });

  it("S10: takes two captures in one text for two devices, the first one cut", () => {
    const first = capture({ host: "PC-1" }).split("\r\n").slice(0, 11).join("\r\n");
    const { fragments } = read(`${first}\r\n${capture({ host: "PC-2" })}`);
    expect(fragments.map((fragment) => [fragment.deviceName, fragment.installedKbs])).toEqual([
      ["PC-1", null],
      ["PC-2", ["5026361", "5012170"]],
    ]);
  });

  it("S04: never passes a list off as whole that was cut at any character", () => {
    const text = capture();
    for (let end = 0; end <= text.length; end++) {
      const cut = text.slice(0, end);
      const kbs = systeminfo.looksLike(cut) ? read(cut).device?.installedKbs : null;
      expect(kbs ?? ["5026361", "5012170"]).toEqual(["5026361", "5012170"]);
    }
  });

  it("S13: keeps a host name with escape codes as it is", () => {
    expect(read(capture({ host: "PC\x1b[31m\x07\b\x1b]52;c;eA==\x07" })).device?.deviceName).toBe("PC\x1b[31m\x07\b\x1b]52;c;eA==\x07");
  });

  it("says that it cannot see whether a server has a desktop", () => {
    expect(read(capture({ caption: "Microsoft Windows Server 2022 Standard" })).device?.notes?.join()).toContain("desktop");
  });
});

function kbs(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `KB${5_000_000 + index}`);
}
