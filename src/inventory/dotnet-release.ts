/** Lowest value of the registry's `Release` per version of .NET Framework, newest first. Between two of them lie builds of the older one. */
const RELEASES: readonly (readonly [lowest: number, version: string])[] = [
  [533_320, "4.8.1"],
  [528_040, "4.8"],
  [461_808, "4.7.2"],
  [461_308, "4.7.1"],
  [460_798, "4.7"],
  [394_802, "4.6.2"],
  [394_254, "4.6.1"],
  [393_295, "4.6"],
  [379_893, "4.5.2"],
  [378_675, "4.5.1"],
  [378_389, "4.5"],
];

/** The name of the .NET Framework whose `NDP\v4\Full` key holds this Release, in MSRC's words; undefined below 4.5. */
export function dotnetFrameworkOfRelease(release: number): string | undefined {
  const version = RELEASES.find(([lowest]) => release >= lowest)?.[1];
  return version === undefined ? undefined : `Microsoft .NET Framework ${version}`;
}
