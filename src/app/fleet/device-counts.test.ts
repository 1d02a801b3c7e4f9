import { expect, test, vi } from "vitest";
import type { DigestCounts, FleetView } from "../../stores/fleet-store.ts";
import { CountsKeeper } from "./device-counts.ts";

const now: FleetView = { epoch: 1, at: "" };

/** A store whose fleet is changed by hand, and that answers counts when it is told to. */
function aStore() {
  const asked: { readonly tenantId: string; readonly change: number | undefined; readonly answer: PromiseWithResolvers<DigestCounts> }[] =
    [];
  const fleet = { change: 1 };
  const keeper = new CountsKeeper({
    lastChange: async () => fleet.change,
    countDigests: (tenantId, { change }) => {
      const answer = Promise.withResolvers<DigestCounts>();
      asked.push({ tenantId, change, answer });
      return answer.promise;
    },
  });
  const of = async (tenantId = "t", view = now): Promise<DigestCounts> => keeper.of(tenantId, view);
  /** lets all go on that is not waiting for an answer */
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const answer = async (index: number, change = fleet.change): Promise<void> => {
    await settle();
    asked[index]?.answer.resolve({ counts: [], change });
    await settle();
  };
  const fail = async (index: number, counting: Promise<unknown>): Promise<void> => {
    asked[index]?.answer.reject(new Error("the disk is gone"));
    await expect(counting).rejects.toThrow("the disk is gone");
  };
  return { fleet, asked, of, answer, fail, settle };
}

/** Time goes on only when it is told to. */
async function byHand(work: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await work().finally(() => vi.useRealTimers());
}

test("devices are counted once while none has changed, whoever asks and under whatever knowledge", async () => {
  const { fleet, asked, of, answer } = aStore();
  const [first, second] = [of(), of()];
  await answer(0);
  expect(await second).toBe(await first);
  expect(await of("t", { epoch: 2, at: "" })).toBe(await first);
  fleet.change = 2;
  const third = of();
  await answer(1);
  expect((await third).change).toBe(2);
  expect(asked).toHaveLength(2);
});

test("nobody is given a count that was begun before the change that he asks after", async () => {
  const { fleet, asked, of, answer, settle } = aStore();
  const before = of();
  await settle();
  fleet.change = 2;
  const after = of();
  await answer(1);
  // The first ends last, and is of an older change: it takes nobody's place.
  await answer(0, 1);
  expect([(await before).change, (await after).change, (await of()).change]).toEqual([1, 2, 2]);
  expect(asked).toHaveLength(2);
});

test("a count that saw a later change than it was begun at serves those who ask after that", async () => {
  const { fleet, asked, of, answer } = aStore();
  const counting = of();
  await answer(0, 2);
  fleet.change = 2;
  expect(await of()).toBe(await counting);
  expect(asked).toHaveLength(1);
});

test("what a walk sees is counted for it alone: what was begun at its change may be of a later one", async () => {
  const { asked, of, answer } = aStore();
  const counted = of();
  await answer(0, 2);
  const walked = of("t", { ...now, change: 1 });
  await answer(1, 1);
  expect([(await counted).change, (await walked).change]).toEqual([2, 1]);
  expect(await of()).toBe(await counted);
  expect(asked.map(({ change }) => change)).toEqual([undefined, 1]);
});

test("a count that failed is begun again, and no tenant gets another's", async () => {
  const { asked, of, answer, fail, settle } = aStore();
  const failing = of();
  await settle();
  await fail(0, failing);
  const [own, others] = [of("t"), of("u")];
  await answer(1);
  await answer(2);
  expect(await own).not.toBe(await others);
  expect(asked.map(({ tenantId }) => tenantId)).toEqual(["t", "t", "u"]);
});

test("a count that fails late leaves a newer one alone", async () => {
  const { fleet, asked, of, answer, fail, settle } = aStore();
  const failing = of();
  await settle();
  fleet.change = 2;
  const newer = of();
  await answer(1);
  await fail(0, failing);
  expect(await of()).toBe(await newer);
  expect(asked).toHaveLength(2);
});

test("a count that nobody asks for is let go", () =>
  byHand(async () => {
    const { asked, of, answer } = aStore();
    const counting = of();
    await answer(0);
    await counting;
    vi.advanceTimersByTime(29_000);
    expect(await of()).toBe(await counting);
    vi.advanceTimersByTime(29_000);
    expect(await of()).toBe(await counting);
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(31_000);
    const again = of();
    await answer(1);
    expect(await again).not.toBe(await counting);
  }));

test("a count that takes longer than that is waited for by all who ask, and kept as long after it", () =>
  byHand(async () => {
    const { fleet, asked, of, answer, settle } = aStore();
    const first = of();
    await settle();
    vi.advanceTimersByTime(40_000);
    const second = of();
    await settle();
    vi.advanceTimersByTime(40_000);
    await answer(0);
    vi.advanceTimersByTime(29_000);
    const third = of();
    await settle();
    expect(asked).toHaveLength(1);
    for (const one of [second, third]) expect(await one).toBe(await first);
    fleet.change = 2;
    const later = of();
    await settle();
    vi.advanceTimersByTime(40_000);
    await answer(1);
    vi.advanceTimersByTime(31_000);
    const again = of();
    await answer(2);
    expect(await again).not.toBe(await later);
  }));

test("of as many tenants as there may be the last counts of some are kept", async () => {
  const { asked, of, answer } = aStore();
  for (let tenant = 0; tenant < 9; tenant++) {
    const counting = of(`t${tenant}`);
    await answer(tenant);
    await counting;
  }
  await of("t8");
  expect(asked).toHaveLength(9);
  const again = of("t0");
  await answer(9);
  await again;
  expect(asked).toHaveLength(10);
});
