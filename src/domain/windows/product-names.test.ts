import { describe, expect, it } from "vitest";
import { normalizeProductName } from "./product-names.ts";

describe("a product name", () => {
  it.each([
    ["Windows Server 2016  (Server Core installation)", "Windows Server 2016 (Server Core installation)"],
    ["Windows Server, version 20H2 (Server Core Installation)", "Windows Server, Version 20H2 (Server Core installation)"],
    ["Windows 10 Version 21H1 for 32-Bit systems ", "Windows 10 Version 21H1 for 32-bit Systems"],
    ["Windows 11 for ARM64-based Systems", "Windows 11 Version 21H2 for ARM64-based Systems"],
    ["Internet Explorer 11 on Windows 11 for x64-based Systems", "Internet Explorer 11 on Windows 11 Version 21H2 for x64-based Systems"],
    ["Windows 11 version 26H1 for x64-based Systems", "Windows 11 Version 26H1 for x64-based Systems"],
    ["Windows Server 2008 for Itanium-Based Systems Service Pack 2", "Windows Server 2008 for Itanium-based Systems Service Pack 2"],
    ["Microsoft Office 2016 (32-bit Edition)", "Microsoft Office 2016 (32-bit edition)"],
    ["Microsoft Word 2013 Service Pack 1 (64-bit Editions)", "Microsoft Word 2013 Service Pack 1 (64-bit editions)"],
    ["Windows\u00a010 for x64-based Systems", "Windows 10 for x64-based Systems"],
  ])("%j is %j", (spelt, name) => {
    expect(normalizeProductName(spelt)).toBe(name);
    expect(normalizeProductName(name)).toBe(name);
  });

  it.each([
    "Windows 11 Version 22H2 for x64-based Systems",
    "Microsoft Exchange Server 2019 Cumulative Update 13",
    "Microsoft Internet Explorer 11",
    "constructor",
    "__proto__",
    "",
  ])("%j stays as it is", (name) => {
    expect(normalizeProductName(name)).toBe(name);
  });
});
