import { describe, expect, test } from "vitest";
import { tableStatistics } from "./table-statistics.ts";

describe("PostgreSQL looks at a table", () => {
  test("when rows of a kind are 500, and four times as many each time after", async () => {
    const sent: string[] = [];
    const wrote = tableStatistics({ run: async (sql) => sent.push(sql) }, "standing");
    const looks: number[] = [];
    for (let rows = 100; rows <= 60_000; rows += 100) {
      const before = sent.length;
      await wrote(1, 100);
      if (sent.length > before) looks.push(rows);
    }
    expect(looks).toEqual([500, 2000, 8000, 32_000]);
    await wrote(2, 499);
    expect(sent).toHaveLength(4);
    await wrote(2, 1);
    expect(sent).toEqual(Array(5).fill("ANALYZE standing"));
  });

  test("and what was written stays so where it may not", async () => {
    const wrote = tableStatistics({ run: () => Promise.reject(new Error("only the owner may")) }, "device");
    await expect(wrote(1, 1000)).resolves.toBeUndefined();
  });
});
