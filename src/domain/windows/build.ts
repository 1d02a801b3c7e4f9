/** A four-part Windows build: branch `10.0.19045` and update build revision 2965. */
export interface WindowsBuild {
  /** 19045 */
  readonly build: number;
  /** the UBR, counted up by every cumulative update on the branch */
  readonly revision: number;
}

/**
 * Reads `10.0.17763.4974` or `6.3.9600.22577`.
 * Undefined for everything else that MSRC's FixedBuild holds: URLs, `1.000`, `96.0 1954.29`, .NET's `4.8.04690.02` and `10.0.04614.06`, numbers past 32 bits.
 */
export function parseBuild(text: string): WindowsBuild | undefined {
  const match = /^(?:10\.0|6\.[0-3])\.([1-9]\d{3,4})\.(\d{1,6})$/.exec(text.trim());
  if (match === null) return undefined;
  return { build: Number(match[1]), revision: Number(match[2]) };
}
