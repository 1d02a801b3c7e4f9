import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { emptyCatalog } from "../../domain/catalog/catalog.ts";
import { CountsKeeper } from "./device-counts.ts";
import { Epoch } from "./epoch.ts";
import type { Fleet } from "./fleet.ts";
import { TotalsKeeper } from "./fleet-totals.ts";
import type { Sight } from "./walks.ts";

const epoch = new Epoch({ number: 1, revision: 1, catalog: emptyCatalog(), asOf: "2026-01-01", validUntil: 0 });

/** A store that counts how often devices are counted, and takes in a change between the look and the count. */
function aKeeper(lookedAt: number, countedAt: number) {
  const counted: (number | undefined)[] = [];
  const begun = Promise.withResolvers<void>();
  const store = {
    lastChange: async () => lookedAt,
    countDigests: async (_tenantId: string, { change }: Sight["view"]) => {
      counted.push(change);
      begun.resolve();
      await turn();
      return { counts: [], change: countedAt };
    },
  };
  const keeper = new TotalsKeeper({ counts: new CountsKeeper(store), summaries: async () => [] } as unknown as Fleet);
  const of = (change?: number) =>
    keeper.of({ tenantId: "t", epoch, view: { epoch: 1, at: "", ...(change === undefined ? {} : { change }) } });
  return { of, counted, begun: begun.promise };
}

test("whoever asks for the same state of a fleet at once waits for one count", async () => {
  const { of, counted } = aKeeper(5, 5);
  const answers = await Promise.all([of(), of(), of()]);
  expect(new Set(answers.map(({ totals }) => totals)).size).toBe(1);
  await of();
  await of(5);
  expect(counted).toEqual([undefined]);
});

test("a count that saw a later change is not told to those who walk through the state before it", async () => {
  const { of, counted, begun } = aKeeper(5, 6);
  const counting = of();
  await begun;
  const [now, pinned] = await Promise.all([counting, of(5)]);
  expect([now.change, pinned.change]).toEqual([6, 5]);
  expect((await of(6)).totals).toBe(now.totals);
  expect((await of(5)).totals).toBe(pinned.totals);
  expect(counted).toHaveLength(2);
});
