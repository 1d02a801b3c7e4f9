/**
 * One spelling for MSRC's product names: ids differ between documents and spellings within one
 * (two blanks before "(Server Core installation)", "Itanium-Based", "Windows 11 for …" for what is later "version 21H2 …").
 */
export function normalizeProductName(name: string): string {
  const spaced = name.replace(/\s+/g, " ").trim();
  const spelt = SPELLINGS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), spaced);
  return RENAMED.get(spelt) ?? spelt;
}

const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\(server core installation\)/i, "(Server Core installation)"],
  [/\bsystems\b/g, "Systems"],
  [/\bversion (?=\w*\d)/g, "Version "],
  [/-Based\b/g, "-based"],
  [/\b32-Bit\b/g, "32-bit"],
  [/\bedition(s?)\)$/i, "edition$1)"],
  [/^Windows 11 for (?=x64|ARM64)/, "Windows 11 Version 21H2 for "],
  [/\bon Windows 11 for (?=x64|ARM64)/, "on Windows 11 Version 21H2 for "],
  [/\bfor ARM Systems$/i, "for ARM64-based Systems"],
  [/^(Windows Server 2008 R2) x64 Edition$/, "$1 for x64-based Systems"],
  [/^(?:Microsoft |Windows )Internet Explorer (?=\d+(?:\.\d+)? on )/, "Internet Explorer "],
  [/^Microsoft (?=Office Online Server|Internet Information Services|Windows Messenger|Windows Media Player|Windows (?:2000|NT)\b)/, ""],
  [/^Microsoft (?=Azure (?:Kubernetes Service|Functions)$)/, ""],
  [/^Microsoft (?=SQL Server 2000\b)/, ""],
  [/^System Center Operations Manager \(SCOM\)(?= \d)/, "System Center Operations Manager"],
  [/^(Microsoft Teams for Mac), (?:Classic|New) Edition$/, "$1"],
  [/^Windows Defender (?=Antimalware Platform$)/, "Microsoft Defender "],
  [/ Azure Connectivity Pack$/, " Azure Connect Feature Pack"],
  [/^(Azure File Sync v\d+)$/, "$1.0"],
  [/ Datacenter: Azure Edition$/, ""],
];

/** Renamed for good, with no pattern in it. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["Hub Device Client SDK for Azure IoT", "Azure IoT Hub Device Client SDK"],
  ["Outlook for iOS", "Microsoft Outlook for iOS"],
  ["Service Fabric", "Azure Service Fabric"],
  ["Dynamics 365 Business Central 2019 Spring Update", "Dynamics 365 Business Central Spring 2019 Update"],
]);

/**
 * What is left of an application's name when edition, bitness and service pack are taken off: inventories say "SharePoint Server 2013" and
 * "Skype for Business 2016" where MSRC says "Microsoft SharePoint Enterprise Server 2013 Service Pack 1" and "Skype for Business 2016 (32-bit)".
 */
export function looseApplicationName(name: string): string {
  const plain = normalizeProductName(name)
    .replace(/^Microsoft /, "")
    .replace(/ Service Pack \d\b| SP\d\b/gi, "");
  return plain
    .replace(/ \((?:32|64)-bit(?: editions?)?\)/i, "")
    .replace(/^SharePoint Enterprise Server/, "SharePoint Server")
    .toLowerCase();
}
