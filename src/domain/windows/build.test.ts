import { describe, expect, it } from "vitest";
import { parseBuild } from "./build.ts";

describe("a build of Windows", () => {
  it.each([
    ["10.0.17763.4974", 17763, 4974],
    ["6.3.9600.22577", 9600, 22577],
    ["6.0.6003.22968", 6003, 22968],
    ["6.1.7601.26321", 7601, 26321],
    [" 10.0.26100.32230 ", 26100, 32230],
    ["10.0.10240.1", 10240, 1],
  ])("%s is build %d, revision %d", (text, build, revision) => {
    expect(parseBuild(text)).toEqual({ build, revision });
  });

  it.each([
    "",
    "1.000",
    "10.0.19045",
    "10.0.19045.",
    "10.0.19045.4046.1",
    "10.1.19045.1",
    "6.4.9600.1",
    "10.0.190451.1",
    "10.0.19045.9999999",
    "96.0 1954.29",
    "124.0.6367.xxx",
    "> 21.08",
    "4.8.04690.02",
    "10.0.04614.06.1",
    "https://support.microsoft.com/help/5034441",
    "16.0.4250.1",
    "10.0.19045.-1",
  ])("%j is none", (text) => {
    expect(parseBuild(text)).toBeUndefined();
  });
});
