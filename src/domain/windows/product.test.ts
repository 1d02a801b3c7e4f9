import { describe, expect, it } from "vitest";
import { productOf } from "./product.ts";

const CLIENT = "Windows 10 Version 1809 for x64-based Systems";

describe("a product of MSRC's tree", () => {
  it.each([
    [CLIENT, "windows_10", "17763", true],
    ["Windows 10 Version 1909 for 32-bit Systems", "windows_10", "18362", true],
    ["Windows 10 Version 22H2 for ARM64-based Systems", "windows_10", "19041", true],
    ["Windows 11 Version 23H2 for x64-based Systems", "windows_11", "22621", true],
    ["Windows Server 2022 (Server Core installation)", "windows_server_2022", "20348", true],
    ["Windows Server 2022, 23H2 Edition (Server Core installation)", "windows_server_2022", "25398", true],
    ["Windows Server, Version 1709 (Server Core installation)", "windows_server", "16299", true],
    ["Windows Server 2022 Azure Edition Core Hotpatch", "windows_server_2022", "20348", true],
    ["Windows Server 2012 R2", "windows_server_2012_r2", "9600", false],
    ["Windows 8.1 for 32-bit Systems", "windows_8.1", "9600", false],
    ["Windows 7 for x64-based Systems Service Pack 1", "windows_7", "7601", false],
    ["Windows Server 2008 for 32-bit Systems Service Pack 2 (Server Core installation)", "windows_server_2008", "6003", false],
  ])("%s is an operating system", (name, softwareId, family, cumulative) => {
    expect(productOf(name)).toEqual({ kind: "os", name, softwareId, family, cumulative });
  });

  it.each([
    ["Internet Explorer 11", "internet_explorer", { is: "internet-explorer", version: "11" }],
    ["Internet Explorer 9", "internet_explorer", { is: "internet-explorer", version: "9" }],
    ["Microsoft Edge (EdgeHTML-based)", "edge", { is: "edge" }],
    ["Microsoft Edge (Chromium-based) in IE Mode", "edge_chromium-based", { is: "edge-ie-mode" }],
    ["Adobe Flash Player", "flash_player", { is: "flash" }],
    ["Microsoft .NET Framework 4.8", ".net_framework", { is: "net", groups: [["4.8"]] }],
    ["Microsoft .NET Framework 3.5 AND 4.7.2", ".net_framework", { is: "net", groups: [["3.5"], ["4.7.2"]] }],
    ["Microsoft .NET Framework 3.5 and 4.6/4.6.2", ".net_framework", { is: "net", groups: [["3.5"], ["4.6", "4.6.2"]] }],
    ["Microsoft .NET Framework 2.0 Service Pack 2", ".net_framework", { is: "net", groups: [["2.0"]] }],
    ["VBScript 5.8", "internet_explorer", { is: "script-engine", version: "5.8" }],
    ["JScript 5.7", "internet_explorer", { is: "script-engine", version: "5.7" }],
    ["Microsoft XML Core Services 3.0", "windows", { is: "in-box" }],
    ["Microsoft Windows Hyperlink Object Library", "windows", { is: "in-box" }],
    ["Windows Messenger 4.7", "windows_messenger_4.7", { is: "other", title: "Windows Messenger 4.7" }],
  ])("%s on a system is a component of it", (title, softwareId, component) => {
    const name = `${title} on ${CLIENT}`;
    expect(productOf(name)).toEqual({ kind: "component", name, softwareId, component, os: CLIENT, family: "17763", cumulative: true });
  });

  it.each([
    ["Word Automation Services on Microsoft SharePoint Server 2013 Service Pack 1", "sharepoint_server"],
    ["Internet Explorer 6.0 on Microsoft Windows XP Service Pack 3", "internet_explorer_6.0_on_microsoft_windows_xp"],
    ["Windows RT 8.1", "windows_rt_8.1"],
    ["Windows 10 Version 1809", "windows_10"],
    ["None Available", "none_available"],
    ["__proto__", "__proto__"],
    ["", ""],
  ])("%j is an application, for all we know", (name, softwareId) => {
    expect(productOf(name)).toEqual({ kind: "application", name, softwareId });
  });
});
