import { describe, expect, it } from "vitest";
import { identifySystem, releaseFamilyIsCumulative, releaseOfName } from "./operating-system.ts";
import { RELEASES, releaseOfBuild } from "./releases.ts";

describe("an operating system", () => {
  it.each([
    [10240, "Microsoft Windows 10 Enterprise 2015 LTSB", "x86", "Windows 10 for 32-bit Systems"],
    [10586, "Microsoft Windows 10 Pro", "x64", "Windows 10 Version 1511 for x64-based Systems"],
    [14393, "Microsoft Windows 10 Enterprise 2016 LTSB", "x64", "Windows 10 Version 1607 for x64-based Systems"],
    [14393, "Microsoft Windows Server 2016 Datacenter", "x64", "Windows Server 2016"],
    [17134, "Microsoft Windows 10 Pro per workstation", "x64", "Windows 10 Version 1803 for x64-based Systems"],
    [17763, "Microsoft Windows Server 2019 Standard", "x64", "Windows Server 2019"],
    [18363, "Microsoft Windows 10 Pro", "arm64", "Windows 10 Version 1909 for ARM64-based Systems"],
    [19042, "Microsoft Windows Server Standard", "x64", "Windows Server, Version 20H2 (Server Core installation)"],
    [19045, "Майкрософт Windows 10 Pro", "x64", "Windows 10 Version 22H2 for x64-based Systems"],
    [20348, "Microsoft Windows Server 2022 Standard", "x64", "Windows Server 2022"],
    [22000, "Microsoft Windows 11 Enterprise", "x64", "Windows 11 Version 21H2 for x64-based Systems"],
    [22631, "Microsoft Windows 11 Enterprise", "x64", "Windows 11 Version 23H2 for x64-based Systems"],
    [25398, "Microsoft Windows Server 2022 Datacenter", "x64", "Windows Server 2022, 23H2 Edition (Server Core installation)"],
    [26100, "Microsoft Windows Server 2025 Standard", "x64", "Windows Server 2025"],
    [26200, "Microsoft Windows 11 Pro", "arm64", "Windows 11 Version 25H2 for ARM64-based Systems"],
    [28000, "Microsoft Windows 11 Pro", "x64", "Windows 11 Version 26H1 for x64-based Systems"],
    [9600, "Microsoft Windows 8.1 Enterprise", "x86", "Windows 8.1 for 32-bit Systems"],
    [9600, "Microsoft Windows Server 2012 R2 Standard", "x64", "Windows Server 2012 R2"],
    [9200, "Microsoft Windows Server 2012 Standard", "x64", "Windows Server 2012"],
    [7601, "Microsoft Windows\u00a07 Professionnel ", "x64", "Windows 7 for x64-based Systems Service Pack 1"],
    [7601, "Microsoft Windows Serverr 2008 R2 Standard", "ia64", "Windows Server 2008 R2 for Itanium-based Systems Service Pack 1"],
    [6003, "Microsoft® Windows Server® 2008 Standard", "x86", "Windows Server 2008 for 32-bit Systems Service Pack 2"],
    [6002, "Microsoft® Windows Server® 2008 Standard", "x64", "Windows Server 2008 for x64-based Systems Service Pack 2"],
  ] as const)("build %d, %s, %s, is %s", (build, caption, architecture, productName) => {
    expect(identifySystem({ build, caption, architecture })).toMatchObject({ status: "supported", build, productName, assumptions: [] });
  });

  it.each([
    [14393, "Windows Server 2016 (Server Core installation)"],
    [9600, "Windows Server 2012 R2 (Server Core installation)"],
    [7601, "Windows Server 2008 R2 for x64-based Systems Service Pack 1 (Server Core installation)"],
    [17134, "Windows Server, Version 1803 (Server Core installation)"],
  ])("build %d without a desktop is %s", (build, productName) => {
    expect(identifySystem({ build, installationType: "Server Core", architecture: "x64" })).toMatchObject({ role: "core", productName });
  });

  it("goes by what the registry calls the installation, before any caption", () => {
    const system = { build: 17763, caption: "Microsoft Windows Server 2019 Standard", architecture: "x64" } as const;
    expect(identifySystem({ ...system, installationType: "Client" })).toMatchObject({ role: "client", softwareId: "windows_10" });
    expect(identifySystem({ build: 17763, caption: "Windows 10", architecture: "x64", installationType: "Server" })).toMatchObject({
      role: "server",
    });
  });

  it("says what it had to assume", () => {
    const assumptions = (system: ReturnType<typeof identifySystem>): readonly string[] =>
      system.status === "supported" ? system.assumptions : [];
    expect(assumptions(identifySystem({ build: 19045 }))).toEqual([expect.stringContaining("architecture")]);
    expect(assumptions(identifySystem({ build: 14393, architecture: "x64" }))).toEqual([expect.stringContaining("client or a server")]);
    expect(identifySystem({ build: 14393 })).toMatchObject({ role: "client", architecture: "x64" });
  });

  it.each([
    [{ build: 2195, version: "5.0" }, "Windows 2000"],
    [{ build: 2600, version: "5.1" }, "Windows XP"],
    [{ build: 2600 }, "Windows XP"],
    [{ build: 3790, version: "5.2", caption: "Microsoft Windows Server 2003, Standard Edition" }, "Server 2003"],
    [{ build: 3790 }, "Server 2003"],
    [{ build: 2195 }, "Windows 2000"],
    [{ build: 1381 }, "Windows"],
    [{ build: 6002, caption: "Microsoft® Windows Vista™ Business" }, "Windows Vista"],
    [{ build: 6002, installationType: "Client" }, "Windows Vista"],
    [{ build: 6001, caption: "Microsoft Windows Server 2008 Standard" }, "Service Pack 2"],
    [{ build: 7600, caption: "Microsoft Windows 7 Ultimate" }, "Service Pack 1"],
    [{ build: 9200, caption: "Microsoft Windows 8 Pro" }, "Windows 8"],
    [{ build: 9200, installationType: "Client" }, "Windows 8"],
  ] as const)("%j is unsupported, by its name", (os, name) => {
    expect(identifySystem(os)).toEqual({ status: "unsupported", reason: expect.stringContaining(name) });
  });

  it.each([
    [{}, "no build"],
    [{ caption: "Windows 11 Pro Version 22H2", displayVersion: "22H2" }, "no build"],
    [{ build: 19046 }, "19046"],
    [{ build: 99999, caption: "Microsoft Windows 12" }, "99999"],
    [{ build: 19045, installationType: "Server" }, "19045"],
    [{ build: 22000, installationType: "Server Core" }, "22000"],
  ] as const)("%j is unknown, with the reason", (os, reason) => {
    expect(identifySystem(os)).toEqual({ status: "unknown", reason: expect.stringContaining(reason) });
  });
});

describe("the table of releases", () => {
  it("has one row for a build, and every name leads back to its family", () => {
    expect(new Set(RELEASES.map(({ build }) => build)).size).toBe(RELEASES.length);
    for (const release of RELEASES) {
      expect(releaseOfBuild(release.build)).toBe(release);
      for (const installationType of ["Client", "Server", "Server Core"] as const) {
        const system = identifySystem({ build: release.build, installationType, architecture: "x64" });
        if (system.status !== "supported") continue;
        expect(releaseOfName(system.productName)).toMatchObject({ softwareId: system.softwareId, line: { family: release.family } });
      }
    }
  });

  it("knows which families are serviced by cumulative updates", () => {
    expect(["6003", "7601", "9200", "9600", "10240", "18362", "26100", "none"].map(releaseFamilyIsCumulative)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
