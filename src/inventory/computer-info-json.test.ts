import { describe, expect, it } from "vitest";
import { computerInfoJson } from "./computer-info-json.ts";

const info = {
  CsName: "PC-1",
  OsName: "Microsoft Windows 11 Pro",
  OsVersion: "10.0.22621",
  OsBuildNumber: "22621",
  OsArchitecture: "64-bit",
};
const read = (members: object) => computerInfoJson.parse(JSON.stringify({ ...info, ...members }), "c.json");

describe("Get-ComputerInfo", () => {
  it("names the system by OsName, as WindowsProductName stayed at Windows 10", () => {
    const { fragments } = read({
      WindowsProductName: "Windows 10 Pro",
      WindowsVersion: "2009",
      WindowsUBR: 1702,
      OSDisplayVersion: "22H2",
    });
    expect(fragments[0]).toEqual({
      deviceName: "PC-1",
      os: {
        caption: "Microsoft Windows 11 Pro",
        version: "10.0",
        build: 22621,
        ubr: 1702,
        displayVersion: "22H2",
        installationType: "Client",
        architecture: "x64",
      },
      notes: [],
    });
  });

  it.each([
    ["hotfixes", [{ HotFixID: "KB5022497" }, { HotFixID: "KB5026372" }], ["5022497", "5026372"]],
    ["a single hotfix", { HotFixID: "KB5022497" }, ["5022497"]],
    ["none", [], []],
    ["null", null, null],
    ["what ConvertTo-Json prints beyond its depth", "System.Object[]", null],
    ["type names", ["Microsoft.PowerShell.Commands.HotFix"], null],
    ["no member", undefined, undefined],
  ])("reads OsHotFixes: %s", (_, OsHotFixes, installedKbs) => {
    expect(read({ OsHotFixes }).fragments[0]?.installedKbs).toEqual(installedKbs);
  });

  it.each([
    ["WindowsInstallationType", { WindowsInstallationType: "Server Core" }, "Server Core"],
    ["the number of OsServerLevel", { OsName: "Microsoft Windows Server 2022 Standard", OsServerLevel: 2 }, "Server Core"],
    ["the word of OsServerLevel", { OsName: "Microsoft Windows Server 2022 Standard", OsServerLevel: "ServerCore" }, "Server Core"],
    ["a server with desktop", { OsName: "Microsoft Windows Server 2022 Standard", OsServerLevel: "FullServer" }, "Server"],
  ])("knows the installation type by %s", (_, members, installationType) => {
    expect(read(members).fragments[0]?.os?.installationType).toBe(installationType);
  });

  it.each([
    [{ CsSystemType: "ARM64-based PC" }, "arm64"],
    [{ CsSystemType: "X86-based PC" }, "x86"],
    [{ OsArchitecture: "64 бит" }, "x64"],
    [{ OsArchitecture: "32-bit" }, "x86"],
    [{ OsArchitecture: "ARM 64-bit Processor" }, "arm64"],
  ])("reads the architecture of %j", (members, architecture) => {
    expect(read(members).fragments[0]?.os?.architecture).toBe(architecture);
  });

  it.each([
    ["/Date(1684137600000)/", "2023-05-15T08:00:00.000Z"],
    ["2023-05-15T10:00:00.1234567+02:00", "2023-05-15T08:00:00.123Z"],
    ["15.05.2023 10:00:00", undefined],
  ])("reads the time %s", (OsLocalDateTime, collectedAt) => {
    expect(read({ OsLocalDateTime }).fragments[0]?.collectedAt).toBe(collectedAt);
  });

  it("without a build says nothing of the system", () => {
    expect(read({ OsVersion: undefined, OsBuildNumber: undefined }).fragments[0]?.os).toBeUndefined();
  });
});
