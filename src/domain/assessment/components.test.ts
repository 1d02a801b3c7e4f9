import { describe, expect, it } from "vitest";
import { aDevice, catalogOf } from "../../../test/cases/ask.ts";
import type { InstalledSoftware, OperatingSystem } from "../fleet/inventory.ts";
import { identifySystem } from "../windows/operating-system.ts";
import { partsOf, productsOf, type SystemParts } from "./components.ts";

function supported(os: OperatingSystem): Extract<ReturnType<typeof identifySystem>, { status: "supported" }> {
  const system = identifySystem({ architecture: "x64", ...os });
  if (system.status !== "supported") throw new Error(system.reason);
  return system;
}

const parts = (os: OperatingSystem, software: readonly InstalledSoftware[] = []): SystemParts =>
  partsOf(supported(os), aDevice({ os, software }));
const client = (build: number): OperatingSystem => ({ build, installationType: "Client" });
const server = (build: number): OperatingSystem => ({ build, installationType: "Server" });
const core = (build: number): OperatingSystem => ({ build, installationType: "Server Core" });

describe(".NET Framework on a system", () => {
  it.each([
    [client(7601), ["3.5.1"]],
    [server(6003), ["2.0", "3.0"]],
    [server(9200), ["3.5", "4.5"]],
    [server(9600), ["3.5", "4.5.1"]],
    [client(10240), ["3.5", "4.6"]],
    [client(10586), ["3.5", "4.6.1"]],
    [client(14393), ["3.5", "4.6.2"]],
    [client(15063), ["3.5", "4.7"]],
    [client(16299), ["3.5", "4.7.1"]],
    [client(17763), ["3.5", "4.7.2"]],
    [client(18363), ["3.5", "4.8"]],
    [server(20348), ["3.5", "4.8"]],
    [client(22000), ["3.5", "4.8"]],
    [client(22631), ["3.5", "4.8.1"]],
    [server(26100), ["3.5", "4.8.1"]],
  ])("%j is in the box as %j", (os, versions) => {
    expect([...parts(os).netVersions]).toEqual(versions);
  });

  it("is what the inventory says where it says so: the newest 4.x, and older ones beside it", () => {
    const software = [
      { name: "Microsoft .NET Framework 4.7.2" },
      { name: "Microsoft .NET Framework 4.8", version: "4.8.4644.0" },
      { name: "Microsoft .NET Framework 3.5" },
    ];
    expect(parts(client(17763), software)).toMatchObject({ netVersions: new Set(["3.5", "4.8"]), netBuild: 4644 });
    expect([...parts(client(7601), software).netVersions]).toEqual(["3.5.1", "3.5", "4.8"]);
  });

  it.each([
    ["4.8.04084", undefined],
    ["4.8", undefined],
    ["3.5.4057.5", undefined],
    ["nonsense", undefined],
    [undefined, undefined],
    ["4.8.9206.0", 9206],
  ])("with version %s has the file build %s", (version, build) => {
    expect(parts(client(19045), [{ name: "Microsoft .NET Framework 4.8", ...(version === undefined ? {} : { version }) }]).netBuild).toBe(
      build,
    );
  });
});

describe("the other parts of a system", () => {
  it.each([
    [client(19045), ["11"]],
    [server(9200), ["10", "11"]],
    [server(9600), ["11"]],
    [server(6003), ["9"]],
    [core(17763), []],
  ])("%j has Internet Explorer %j", (os, versions) => {
    expect([...parts(os).explorers]).toEqual(versions);
  });

  it.each([
    [{ name: "Internet Explorer 9" }, "9"],
    [{ name: "Windows Internet Explorer 8" }, "8"],
    [{ name: "Microsoft Internet Explorer", version: "10.0.9200.16384" }, "10"],
  ])("an inventory with %j has that one", (entry, version) => {
    expect([...parts(client(7601), [entry]).explorers]).toEqual([version]);
  });

  it.each([
    [client(9600), true],
    [client(19045), true],
    [client(7601), false],
    [server(9600), false],
    [server(14393), true],
    [core(17763), false],
  ])("%j has Flash in the box: %s", (os, has) => {
    expect(parts(os).hasFlash).toBe(has);
  });

  it("Flash that the inventory names is there; Core has no browser and no Flash whatever it names", () => {
    const flash = [{ name: "Adobe Flash Player 32 ActiveX" }];
    expect([parts(server(9600), flash).hasFlash, parts(core(9600), flash).hasFlash, parts(core(17763)).hasEdge]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("long-term servicing channels come without Edge; Chromium's Edge is there where the inventory names it", () => {
    const ltsc = { ...client(17763), caption: "Microsoft Windows 10 Enterprise LTSC" };
    expect([
      parts(ltsc).hasEdge,
      parts({ ...ltsc, caption: "Microsoft Windows 10 Enterprise 2016 LTSB" }).hasEdge,
      parts(client(17763)).hasEdge,
    ]).toEqual([false, false, true]);
    expect([
      parts(client(19045)).hasEdgeChromium,
      parts(client(19045), [{ name: "Microsoft Edge", version: "124.0.2478.51" }]).hasEdgeChromium,
    ]).toEqual([false, true]);
  });

  it("devices with the same parts have the same key, others have not", () => {
    const keys = [
      parts(client(19045)),
      parts(client(19044)),
      parts(client(19045), [{ name: "Microsoft Edge" }]),
      parts({ ...client(19045), hotpatch: true }),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
    expect(parts(client(19045), [{ name: "Mozilla Firefox" }]).key).toBe(keys[0]);
  });
});

describe("the products that concern a device", () => {
  const CORE = "Windows Server 2022 (Server Core installation)";
  const DESKTOP = "Windows Server 2022";
  const titles = [
    "Internet Explorer 11",
    "Microsoft Edge (EdgeHTML-based)",
    "Microsoft Edge (Chromium-based) in IE Mode",
    "Adobe Flash Player",
    "Microsoft .NET Framework 3.5 AND 4.8",
    "Microsoft .NET Framework 4.8.1",
    "JScript 5.8",
    "Microsoft XML Core Services 3.0",
    "Windows Messenger 4.7",
  ];
  const products = [
    DESKTOP,
    CORE,
    "Windows Server 2022 Azure Edition Core Hotpatch",
    ...[DESKTOP, CORE].flatMap((system) => titles.map((title) => `${title} on ${system}`)),
  ];
  const catalog = catalogOf({
    id: "2022-May",
    initialRelease: "2022-05-10",
    vulnerabilities: [
      { cve: "CVE-2022-0001", fixes: products.map((product, index) => ({ kb: String(5_013_000 + index), products: [product] })) },
    ],
  });
  const namesFor = (os: OperatingSystem, software: readonly InstalledSoftware[] = []): (readonly string[])[] =>
    productsOf(catalog, supported(os), parts(os, software)).map(({ product, softwareId }) => [
      product.name.replace(/ on Windows.*/, ""),
      softwareId,
    ]);

  it("are the system first, then the components it has", () => {
    expect(namesFor(server(20348))).toEqual([
      [DESKTOP, "windows_server_2022"],
      ["Adobe Flash Player", "flash_player"],
      ["Internet Explorer 11", "internet_explorer"],
      ["Microsoft .NET Framework 3.5 AND 4.8", ".net_framework"],
      ["Microsoft Edge (EdgeHTML-based)", "edge"],
      ["Microsoft XML Core Services 3.0", "windows_server_2022"],
    ]);
  });

  it("without a desktop are its script engines in place of browsers; hotpatched devices have a product more", () => {
    expect(namesFor(core(20348)).map(([name]) => name)).toEqual([
      CORE,
      "JScript 5.8",
      "Microsoft .NET Framework 3.5 AND 4.8",
      "Microsoft XML Core Services 3.0",
    ]);
    expect(namesFor({ ...core(20348), hotpatch: true })[1]).toEqual([
      "Windows Server 2022 Azure Edition Core Hotpatch",
      "windows_server_2022",
    ]);
  });

  it("need every group of .NET versions and any version of each", () => {
    const names = namesFor(server(20348), [{ name: "Microsoft .NET Framework 4.8.1" }, { name: "Microsoft Edge" }]).map(([name]) => name);
    expect(names).toContain("Microsoft .NET Framework 4.8.1");
    expect(names).toContain("Microsoft Edge (Chromium-based) in IE Mode");
    expect(names).not.toContain("Microsoft .NET Framework 3.5 AND 4.8");
  });
});
