/**
 * Defender's software id (the part after `-_-`) of an application: the family, not the edition, since that is what a fleet's owner looks for.
 * Applications without a row of their own get their name in Defender's manner: lower case, blanks to underscores, editions dropped.
 */
export function softwareIdOfApplication(name: string): string {
  const known = FAMILIES.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  const plain = name
    .replace(/^Microsoft /, "")
    .replace(/ (?:for (?:x64|ARM64|32-bit)\b|\(|Service Pack|Version |Cumulative Update).*$/i, "");
  return plain.trim().toLowerCase().replace(/\s+/g, "_");
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^Microsoft SQL Server /, "sql_server"],
  [/^Microsoft Exchange Server /, "exchange_server"],
  [/SharePoint/, "sharepoint_server"],
  [/^Microsoft Excel /, "excel"],
  [/^Microsoft Word /, "word"],
  [/^Microsoft Outlook /, "outlook"],
  [/^Microsoft PowerPoint /, "powerpoint"],
  [/^Microsoft Access /, "access"],
  [/^Microsoft Publisher /, "publisher"],
  [/^Microsoft Visio /, "visio"],
  [/^Microsoft Project /, "project"],
  [/^Microsoft OneNote /, "onenote"],
  [/^(?:Microsoft Lync|Skype for Business) /, "skype_for_business"],
  [/^Microsoft Office /, "office"],
  [/^Microsoft Visual Studio \d/, "visual_studio"],
  [/^Microsoft Edge \(Chromium/, "edge_chromium-based"],
  [/Silverlight/, "silverlight"],
];

/**
 * Vendor and name of software that MSRC names no updates for, in the manner of Defender's ids: `Mozilla Firefox (x64 en-US)` is `mozilla` and
 * `firefox`. What follows a version number or a bracket is left out, so that a fleet's owner finds one software and not one a version.
 */
export function otherSoftware(name: string, vendor: string | undefined): { readonly vendor: string; readonly softwareId: string } {
  if (/^Microsoft /.test(name) || /^Microsoft\b/i.test(vendor ?? ""))
    return { vendor: "microsoft", softwareId: softwareIdOfApplication(name) };
  const plain = name.replace(/ ?[([].*$/, "").replace(/ (?:version |v)?\d[\w.]*.*$/i, "");
  const words = slug(plain === "" ? name : plain);
  const maker = slug((vendor ?? "").replace(/,? (?:Inc|LLC|Ltd|GmbH|Corporation|Corp|Co|AG|S\.?A)\b\.?.*$/i, ""));
  const first = maker.split("_")[0] ?? "";
  const isNamedAfterMaker = first !== "" && words.startsWith(`${first}_`);
  return { vendor: first === "" ? "unknown" : first, softwareId: isNamedAfterMaker ? words.slice(first.length + 1) : words };
}

function slug(text: string): string {
  const words = text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.+#-]+/gu, "_");
  return words.replace(/^_+|_+$/g, "");
}

/** The vendor of a software that MSRC names updates for: Flash came with Windows and is not Microsoft's. */
export function vendorOfServiced(softwareId: string): string {
  return softwareId === "flash_player" ? "adobe" : "microsoft";
}
