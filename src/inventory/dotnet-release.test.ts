import { expect, it } from "vitest";
import { dotnetFrameworkOfRelease } from "./dotnet-release.ts";

it.each([
  [378_389, "4.5"],
  [378_675, "4.5.1"],
  [378_758, "4.5.1"],
  [379_893, "4.5.2"],
  [393_295, "4.6"],
  [393_297, "4.6"],
  [394_254, "4.6.1"],
  [394_271, "4.6.1"],
  [394_802, "4.6.2"],
  [394_806, "4.6.2"],
  [460_798, "4.7"],
  [460_805, "4.7"],
  [461_308, "4.7.1"],
  [461_310, "4.7.1"],
  [461_808, "4.7.2"],
  [461_814, "4.7.2"],
  [528_040, "4.8"],
  [528_049, "4.8"],
  [528_209, "4.8"],
  [528_372, "4.8"],
  [528_449, "4.8"],
  [533_320, "4.8.1"],
  [533_325, "4.8.1"],
  [533_509, "4.8.1"],
])("the registry's Release %i is .NET Framework %s", (release, version) => {
  expect(dotnetFrameworkOfRelease(release)).toBe(`Microsoft .NET Framework ${version}`);
});

it.each([0, 1, 378_388, Number.NaN])("the Release %d is no .NET Framework 4.5 or later", (release) => {
  expect(dotnetFrameworkOfRelease(release)).toBeUndefined();
});
