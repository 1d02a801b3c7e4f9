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
