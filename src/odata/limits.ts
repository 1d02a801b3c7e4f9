/** What a query may be at most. docs/odata.md lists the same figures; a test holds the two together. */
export const LIMITS = {
  /** characters of the query string as it was sent */
  queryLength: 65_536,
  /** options of one query string, unknown ones included */
  options: 100,
  /** characters of a decoded $filter */
  filterLength: 16_384,
  /** conditions, groups and negations of one $filter */
  filterNodes: 200,
  /** parentheses, negations and lambdas within one another */
  filterDepth: 32,
  /** values of all `in (…)` lists of one $filter */
  listValues: 1_000,
  orderings: 10,
  skipTokenLength: 1_024,
} as const;
