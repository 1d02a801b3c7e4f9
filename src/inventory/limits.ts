/** What an inventory may be at most. docs/inventories.md lists the same figures; a test holds the two together. */
export const LIMITS = {
  /** systeminfo texts and hotfix lists: the longest real ones are below 100 KB */
  textBytes: 16_777_216,
  /** a line costs memory beside its text, so sixteen million empty ones count too */
  textLines: 200_000,
  /** JSON read as a whole: an array of a fleet, or NDJSON given as a file */
  jsonBytes: 67_108_864,
  /** one inventory of an NDJSON stream */
  jsonLineBytes: 1_048_576,
  /** the longest real list has some 350 */
  kbsPerDevice: 10_000,
  softwarePerDevice: 20_000,
  tagsPerDevice: 100,
  addressesPerDevice: 1_000,
  /** characters of a device name (code points, as in JSON Schema) */
  deviceName: 255,
  /** characters of any other text: captions, tags, names and versions of software */
  otherText: 1_024,
  /** problems told one by one; the rest is counted */
  problems: 1_000,
} as const;
