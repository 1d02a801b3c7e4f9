import { describe, expect, it } from "vitest";
import { monthOfDay, parseDay, printDay, printMonth } from "./day.ts";

describe("a day", () => {
  it.each([
    ["1970-01-01", 0],
    ["1970-01-02", 1],
    ["1969-12-31", -1],
    ["2000-02-29", 11_016],
    ["2020-03-12", 18_333],
    ["2024-02-29", 19_782],
    ["2100-03-01", 47_541],
    ["9999-12-31", 2_932_896],
  ])("%s is day %d", (text, day) => {
    expect(parseDay(text)).toBe(day);
    expect(printDay(day)).toBe(text);
  });

  it.each([
    "2024-02-30",
    "2023-02-29",
    "1900-02-29",
    "2100-02-29",
    "2024-04-31",
    "2024-06-31",
    "2024-09-31",
    "2024-11-31",
    "2024-13-01",
    "2024-00-10",
    "2024-01-00",
    "2024-01-32",
  ])("%s is not in the calendar", (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  it.each(["", "2024", "2024-1-1", "24-01-01", "2024-01-01T00:00:00Z", " 2024-01-01", "2024/01/01", "12024-01-01", "２０２４-01-01"])(
    "%j is no day",
    (text) => {
      expect(parseDay(text)).toBeUndefined();
    },
  );

  it("is printed as it was read, every day from 1970 to 2100", () => {
    const wrong: number[] = [];
    for (let day = 0; day <= 47_846; day++)
      if (parseDay(printDay(day)) !== day || printDay(day) !== new Date(day * 86_400_000).toISOString().slice(0, 10)) wrong.push(day);
    expect(wrong).toEqual([]);
    expect(printDay(47_846)).toBe("2100-12-31");
  });

  it.each([
    ["2020-03-01", "2020-Mar"],
    ["2020-02-29", "2020-Feb"],
    ["2025-12-31", "2025-Dec"],
    ["2026-01-01", "2026-Jan"],
  ])("%s lies in the month that MSRC calls %s", (day, month) => {
    expect(printMonth(monthOfDay(parseDay(day) ?? 0))).toBe(month);
  });

  it("months count on over the turn of the year", () => {
    expect(monthOfDay(parseDay("2026-01-01") ?? 0) - monthOfDay(parseDay("2025-12-31") ?? 0)).toBe(1);
  });
});
