import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDate, parseDateTime } from "../../src/odata/date-time.ts";

test.each([
  ["2018-08-01Z", "2018-08-01T00:00:00.0000000Z"],
  ["2024-01-01T00:00Z", "2024-01-01T00:00:00.0000000Z"],
  ["2018-08-02T14:55:03.7791856Z", "2018-08-02T14:55:03.7791856Z"],
  ["2024-01-01t00:00:00.5z", "2024-01-01T00:00:00.5000000Z"],
  ["2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00.0000000Z"],
  ["2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00.0000000Z"],
  ["2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00.0000000Z"],
  ["2024-02-28T23:45:59.9999999-00:30", "2024-02-29T00:15:59.9999999Z"],
  ["2023-03-01T00:00:00+14:00", "2023-02-28T10:00:00.0000000Z"],
  ["2018-08-01+02:00", "2018-07-31T22:00:00.0000000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"],
  ["9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"],
])("%s is %s", (text, moment) => {
  expect(parseDateTime(text)).toBe(moment);
});

test.each([
  "",
  "2024-01-01",
  "2024-01-01T00:00:00",
  "20240101",
  "2024-13-01T00:00:00Z",
  "2023-02-29Z",
  "2100-02-29Z",
  "0000-01-01Z",
  "2024-01-01T24:00:00Z",
  "2024-01-01T00:60:00Z",
  "2024-01-01T00:00:60Z",
  "2024-01-01T00:00:00.Z",
  "2024-01-01T00:00:00.12345678Z",
  "2024-01-01T00:00:00+14:01",
  "2024-01-01T00:00:00+01:60",
  "2024-01-01T00:00:00+2:00",
  "2024-01-01 00:00:00Z",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "+2024-01-01Z",
  " 2024-01-01Z",
])("%j names no moment", (text) => {
  expect(parseDateTime(text)).toBeUndefined();
});

test("a moment with an offset is the one that JavaScript's clock names", () => {
  const day = fc.date({ min: new Date("0001-01-03T00:00:00Z"), max: new Date("9999-12-29T00:00:00Z"), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, offset) => {
      const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(offset);
      const zone = `${offset < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
      expect(parseDateTime(`${local}${zone}`)).toBe(moment.toISOString().replace("Z", "0000Z"));
    }),
    { numRuns: 2_000 },
  );
});

test("days are those of the calendar", () => {
  expect(["2024-02-29", "2000-02-29", "2023-12-31"].map(parseDate)).toEqual(["2024-02-29", "2000-02-29", "2023-12-31"]);
  expect(["2023-02-29", "1900-02-29", "2024-04-31", "2024-00-10", "2024-01-00", "2024-1-1", "0000-01-01"].map(parseDate)).toEqual(
    Array(7).fill(undefined),
  );
});
