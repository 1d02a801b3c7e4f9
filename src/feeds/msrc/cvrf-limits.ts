/**
 * How much of a document is read before it is refused. The largest of 107 real documents has 4 MB, depth 7, 66,922 elements,
 * a text of 55,461 characters, 9 attributes on one element and an attribute of 85 characters.
 */
export const cvrfLimits = {
  /** bytes after decompression, 64 MiB */
  decodedBytes: 67_108_864,
  depth: 32,
  /** XML elements, or JSON values */
  elements: 2_000_000,
  /** characters between two tags, or in one JSON string */
  textLength: 1_048_576,
  attributes: 64,
  /** characters of one attribute's value, or of one name */
  attributeLength: 4096,
} as const;
