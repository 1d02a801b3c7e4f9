import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { checkInQueue } from "../../src/app/fleet/check-in-queue.ts";
import { Fleet } from "../../src/app/fleet/fleet.ts";
import { TotalsKeeper } from "../../src/app/fleet/fleet-totals.ts";
import { openWalk, resumeWalk, sightNow } from "../../src/app/fleet/walks.ts";
import { knowledgeKeeper } from "../../src/app/keep-up.ts";
import type { CheckIn, CheckInResult } from "../../src/stores/device-store.ts";
import { aCheckIn, door, january, knowledge, levels, type Wrap, withFile, withFleet } from "./fleet-world.ts";

test("what an inventory comes to is worked out before it checks in, once; then only the store asks for its content", () =>
  withFleet(async (world) => {
    const { fleet, tenant } = world;
    await fleet.take(knowledge(1));
    let asked = 0;
    const { content, ...rest } = aCheckIn("a", 1);
    const checkIn: CheckIn = {
      ...rest,
      get content() {
        asked++;
        return content;
      },
    };
    fleet.lookAhead(checkIn);
    fleet.lookAhead(checkIn);
    expect([asked, fleet.epoch.evaluations]).toEqual([1, 1]);
    await fleet.checkIn(tenant, [checkIn]);
    // Once more by the store, which keeps it.
    expect([asked, fleet.epoch.evaluations]).toEqual([2, 1]);
    expect(await levels(world, fleet.epoch.number)).toEqual(["Low"]);
  }));

describe("new knowledge", () => {
  test("is taken one at a time, in order", async () => {
    let inside = 0;
    let most = 0;
    const wrap: Wrap = (store) => ({
      digestsWithoutStanding: async (...args) => {
        most = Math.max(most, ++inside);
        await turn();
        inside--;
        return store.digestsWithoutStanding(...args);
      },
    });
    await withFleet(
      async ({ fleet }) => {
        const seen: number[] = [];
        await Promise.all([1, 2, 3, 4].map((revision) => fleet.take(knowledge(revision)).then(() => seen.push(fleet.revision))));
        expect([seen, most]).toEqual([[1, 2, 3, 4], 1]);
      },
      { wrap },
    );
  });

  test("is in force after every inventory was looked at; until then the former is, and who checks in is looked at under both", async () => {
    const gate = door();
    let isClosed = false;
    let looks = 0;
    const wrap: Wrap = (store) => ({
      digestsWithoutStanding: async (...args) => {
        // At first whether there are any, at last whether there are more.
        if (isClosed && ++looks === 2) await gate.pass();
        return store.digestsWithoutStanding(...args);
      },
    });
    await withFleet(
      async (world) => {
        const { fleet, store, tenant } = world;
        await fleet.take(knowledge(1, 0));
        await fleet.checkIn(tenant, [aCheckIn("a", 1), aCheckIn("b", 2)]);
        const former = fleet.epoch;
        isClosed = true;
        const taking = fleet.take(knowledge(2, 5));
        await gate.reached;
        await fleet.checkIn(tenant, [aCheckIn("c", 3)]);
        expect([fleet.revision, fleet.epoch.number]).toEqual([1, former.number]);
        expect(await levels(world, former.number)).toEqual([null, null, null]);
        expect(await levels(world, former.number + 1)).toEqual(["Low", "Low", "Low"]);
        gate.open();
        await taking;
        expect(fleet.revision).toBe(2);
        expect(fleet.epoch.evaluations).toBe(3);
        await fleet.checkIn(tenant, [aCheckIn("d", 4)]);
        expect(await levels(world, fleet.epoch.number)).toEqual(["Low", "Low", "Low", "Low"]);
        expect(await store.digestsWithoutStanding(former.number, 10)).toHaveLength(1);
        expect(fleet.epochOf(former.number)).toBe(former);
      },
      { wrap },
    );
  });

  test("is not kept out by an inventory that was looked at and never stored, however many others there are", () =>
    withFleet(async ({ fleet, tenant }) => {
      await fleet.take(knowledge(1));
      const checkIns = Array.from({ length: 600 }, (_, index) => aCheckIn(`pc-${index}`, 1000 + index));
      await fleet.checkIn(tenant, checkIns);
      fleet.lookAhead(aCheckIn("never-stored", 5000));
      await fleet.take(knowledge(2));
      expect([fleet.revision, fleet.epoch.size]).toEqual([2, 600]);
    }));

  test("lets go of what inventories came to under the former, unless somebody walks under it", () =>
    withFleet(async ({ fleet, tenant }) => {
      await fleet.take(knowledge(1));
      await fleet.checkIn(tenant, [aCheckIn("a", 1), aCheckIn("b", 2)]);
      const unwalked = fleet.epoch;
      const { digest } = aCheckIn("a", 1);
      const { missing } = await fleet.summary(unwalked, digest);
      await fleet.take(knowledge(2));
      expect([unwalked.size, fleet.epoch.size]).toEqual([0, 2]);
      const walked = fleet.epoch;
      await openWalk(fleet, tenant);
      await fleet.take(knowledge(3));
      expect(walked.size).toBe(2);
      expect((await fleet.summary(unwalked, digest)).missing).toEqual(missing);
      expect([missing.length, unwalked.size]).toEqual([1, 1]);
    }));

  test("that cannot be taken leaves the former in force, and can be taken later", async () => {
    let isBroken = false;
    const wrap: Wrap = (store) => ({
      keepStandings: async (...args) => {
        if (isBroken) throw new Error("the disk is full");
        return store.keepStandings(...args);
      },
    });
    await withFleet(
      async (world) => {
        const { fleet, tenant } = world;
        await fleet.take(knowledge(1));
        await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
        const { number } = fleet.epoch;
        isBroken = true;
        await expect(fleet.take(knowledge(2))).rejects.toThrow("the disk is full");
        expect([fleet.revision, fleet.epoch.number]).toEqual([1, number]);
        await fleet.keepUp();
        await fleet.checkIn(tenant, [aCheckIn("b", 2)]);
        isBroken = false;
        await fleet.take(knowledge(2));
        expect([fleet.revision, await levels(world, fleet.epoch.number)]).toEqual([2, ["Low", "Low"]]);
      },
      { wrap },
    );
  });

  test("that is the same changes nothing, and what was before comes back under its number", () =>
    withFleet(async ({ fleet, tenant }) => {
      await fleet.take(knowledge(1));
      await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
      const { epoch } = fleet;
      await fleet.take(knowledge(1));
      expect(fleet.epoch).toBe(epoch);
      await fleet.take(knowledge(2));
      await fleet.take({ ...knowledge(3, 1) });
      expect([fleet.epoch.number, fleet.revision]).toEqual([epoch.number, 3]);
    }));

  test("is looked for where somebody else has written, and again where it could not be taken", async () => {
    const reported: unknown[] = [];
    await withFleet(async ({ fleet, store }) => {
      let loads = 0;
      let outside = 1;
      const held = { catalog: { revision: 1, contentHash: "hash of 1", createdAt: "" } };
      const keep = knowledgeKeeper({
        fleet: Object.assign(fleet, { store: { ...store, outsideChanges: async () => outside } }),
        store: { holdings: async () => ({ generation: 1, documents: [], ...held }) },
        load: async () => {
          if (++loads === 1) throw new Error("unreadable");
          return knowledge(1);
        },
        report: (event) => reported.push(event),
      });
      for (let times = 0; times < 4; times++) await keep();
      expect([loads, fleet.revision]).toEqual([2, 1]);
      outside = 2;
      await keep();
      expect(loads).toBe(2);
    });
    expect(reported).toEqual([{ error: new Error("unreadable") }, { revision: 1 }]);
  });

  test("is looked for again, once, for all who ask while a look is under way, and never twice at a time", async () => {
    const looks: { end(): void }[] = [];
    const answered: string[] = [];
    await withFleet(async ({ fleet, store }) => {
      const outsideChanges = async (): Promise<number> => {
        await new Promise<void>((end) => looks.push({ end }));
        return 1;
      };
      const keep = knowledgeKeeper({
        fleet: Object.assign(fleet, { store: { ...store, outsideChanges } }),
        store,
        load: async () => undefined,
        report: ({ ...event }) => expect(event).toBe("not told"),
      });
      const asked = ["first", "second", "third"].map((name) => keep().then(() => void answered.push(name)));
      expect([looks.length, answered]).toEqual([1, []]);
      looks[0]?.end();
      await asked[0];
      await expect.poll(() => looks.length).toBe(2);
      const late = keep().then(() => void answered.push("late"));
      expect(answered).toEqual(["first"]);
      looks[1]?.end();
      await Promise.all([asked[1], asked[2]]);
      await expect.poll(() => looks.length).toBe(3);
      looks[2]?.end();
      await late;
      expect([looks.length, answered]).toEqual([3, ["first", "second", "third", "late"]]);
    });
  });
});

describe("days", () => {
  test("on which time changes an answer bring new knowledge into force; others do not", async () => {
    let today = "2026-01-10";
    await withFleet(
      async (world) => {
        const { fleet, tenant } = world;
        await fleet.take(knowledge(1));
        await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
        const numbers: number[] = [];
        const shown: unknown[] = [];
        for (const day of ["2026-01-10", "2026-01-12", "2026-01-13", "2026-01-14", "2026-06-30"]) {
          today = day;
          await fleet.keepUp();
          numbers.push(fleet.epoch.number);
          shown.push(...(await levels(world, fleet.epoch.number)));
        }
        expect(shown).toEqual([null, null, "Low", "Low", "Low"]);
        expect(new Set(numbers).size).toBe(2);
        expect(numbers[1]).not.toBe(numbers[2]);
        expect([fleet.epoch.asOf, fleet.revision]).toEqual(["2026-01-13", 1]);
      },
      { now: () => new Date(`${today}T00:00:01.000Z`) },
    );
  });

  test("that was replaced is let go once nobody walks under it any more", async () => {
    let minutes = 0;
    await withFleet(
      async ({ fleet, tenant }) => {
        await fleet.take(knowledge(1));
        await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
        const { epoch } = fleet;
        const later = async (at: number): Promise<boolean> => {
          minutes = at;
          await fleet.keepUp();
          return fleet.epochOf(epoch.number) !== undefined;
        };
        const walk = await openWalk(fleet, tenant, 15 * 60_000);
        await fleet.take(knowledge(2));
        expect([await later(9), await later(11), await later(20), await later(22)]).toEqual([true, true, true, false]);
        expect(await resumeWalk(fleet, tenant, walk.walkId ?? "")).toBe("over");
        expect(fleet.revision).toBe(2);
      },
      { now: () => new Date(january.getTime() + minutes * 60_000) },
    );
  });

  test("a walk goes on under the day it began on", async () => {
    let today = "2026-01-12";
    await withFleet(
      async ({ fleet, tenant }) => {
        await fleet.take(knowledge(1));
        await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
        const walk = await openWalk(fleet, tenant, 9e8);
        today = "2026-01-13";
        await fleet.keepUp();
        expect(fleet.epoch).not.toBe(walk.epoch);
        expect(await resumeWalk(fleet, tenant, walk.walkId ?? "")).toMatchObject({ epoch: walk.epoch });
        expect(await resumeWalk(fleet, "other", walk.walkId ?? "")).toBe("over");
      },
      { now: () => new Date(`${today}T23:59:59.000Z`) },
    );
  });
});

test("a walk that another server began goes on where its knowledge is; where it is still being loaded, that is told", () =>
  withFleet(async ({ fleet, store, tenant }) => {
    const other = await Fleet.open({ store, now: () => january, rules: "test" });
    await fleet.take(knowledge(1));
    await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
    const resumed = async (walkId = ""): Promise<unknown> => {
      const sight = await resumeWalk(other, tenant, walkId);
      return typeof sight === "string" ? sight : [sight.epoch.revision, sight.view];
    };
    const early = await openWalk(fleet, tenant);
    expect(await resumed(early.walkId)).toBe("ahead");
    await other.take(knowledge(1));
    expect(await resumed(early.walkId)).toEqual([1, early.view]);
    await fleet.take(knowledge(2));
    const late = await openWalk(fleet, tenant);
    expect(await resumed(late.walkId)).toBe("ahead");
    await other.take(knowledge(2));
    expect([await resumed(early.walkId), await resumed(late.walkId)]).toEqual([
      [1, early.view],
      [2, late.view],
    ]);
    for (const revision of [3, 4]) await other.take(knowledge(revision));
    expect([await resumed(early.walkId), await resumed("unknown")]).toEqual(["over", "over"]);
  }));

describe("what others store beside us", () => {
  test("is looked for once they pause, and once; not for each list while they go on", async () => {
    let looks = 0;
    const wrap: Wrap = (store) => ({
      digestsWithoutStanding: (...args) => {
        looks++;
        return store.digestsWithoutStanding(...args);
      },
    });
    await withFile(async (world, other) => {
      const { fleet, tenant } = world;
      await fleet.take(knowledge(1));
      await fleet.checkIn(tenant, [aCheckIn("a", 1)]);
      looks = 0;
      for (const name of ["b", "c", "d"]) {
        await other.checkIn(tenant, [aCheckIn(name, 2)]);
        expect((await sightNow(fleet, tenant)).isSettled).toBe(false);
      }
      expect(looks).toBe(0);
      const sight = await sightNow(fleet, tenant);
      expect(sight.isSettled).toBe(true);
      expect(await levels(world, sight.view.epoch)).toEqual(["Low", "Low", "Low", "Low"]);
      for (let times = 0; times < 3; times++) expect((await sightNow(fleet, tenant)).isSettled).toBe(true);
      await openWalk(fleet, tenant);
      expect([fleet.epoch.evaluations, looks]).toEqual([2, 1]);
      await fleet.take(knowledge(2));
      looks = 0;
      for (let times = 0; times < 3; times++) expect((await sightNow(fleet, tenant)).isSettled).toBe(true);
      expect(looks).toBe(1);
    }, wrap);
  });

  test("is in a walk with what it comes to, under knowledge that came in between too", () =>
    withFile(async (world, other) => {
      const { fleet, tenant } = world;
      await fleet.take(knowledge(1));
      await other.checkIn(tenant, [aCheckIn("a", 1)]);
      await fleet.take(knowledge(2));
      await other.checkIn(tenant, [aCheckIn("b", 2)]);
      const { view } = await openWalk(fleet, tenant);
      const { devices } = await world.store.listDevices(tenant, { view, limit: 10 });
      expect(devices.map(({ standing }) => standing?.exposureLevel)).toEqual(["Low", "Low"]);
    }));

  test("knowledge waits for check-ins that were under way before it came", async () => {
    const gate = door();
    const wrap: Wrap = (store) => ({
      checkIn: async (...args) => {
        await gate.pass();
        return store.checkIn(...args);
      },
    });
    await withFleet(
      async (world) => {
        const { fleet, tenant } = world;
        await fleet.take(knowledge(1));
        const late = fleet.checkIn(tenant, [aCheckIn("late", 1)]);
        await gate.reached;
        let isTaken = false;
        const taking = fleet.take(knowledge(2)).then(() => {
          isTaken = true;
        });
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => void setImmediate(resolve));
        expect(isTaken).toBe(false);
        gate.open();
        await Promise.all([late, taking]);
        expect(await levels(world, fleet.epoch.number)).toEqual(["Low"]);
      },
      { wrap },
    );
  });

  test("is not missed by somebody who comes while an earlier look is under way", async () => {
    const gate = door();
    let outside = 1;
    let isClosed = false;
    const looks: number[] = [];
    const wrap: Wrap = (store) => ({
      outsideChanges: async () => outside,
      digestsWithoutStanding: async (...args) => {
        looks.push(outside);
        const found = await store.digestsWithoutStanding(...args);
        if (isClosed) await gate.pass();
        return found;
      },
    });
    await withFleet(
      async (world) => {
        const { fleet, store, tenant } = world;
        await fleet.take(knowledge(1));
        [isClosed, outside] = [true, 2];
        const early = fleet.settling.now();
        await gate.reached;
        await store.checkIn(tenant, [aCheckIn("late", 1)]);
        outside = 3;
        const late = [fleet.settling.now(), fleet.settling.now()];
        isClosed = false;
        gate.open();
        await Promise.all([early, ...late]);
        expect(await levels(world, fleet.epoch.number)).toEqual(["Low"]);
      },
      { wrap },
    );
  });
});

test("inventories without a standing are looked for once, and their standings kept some thousand at a time", async () => {
  const [sought, kept]: [number[], number[]] = [[], []];
  const wrap: Wrap = (store) => ({
    digestsWithoutStanding: async (...args) => {
      const found = await store.digestsWithoutStanding(...args);
      sought.push(found.length);
      return found;
    },
    keepStandings: async (epoch, standings) => {
      kept.push(standings.length);
      await store.keepStandings(epoch, standings);
    },
  });
  await withFleet(
    async (world) => {
      const { fleet, store, tenant } = world;
      await store.checkIn(
        tenant,
        Array.from({ length: 10_400 }, (_, index) => aCheckIn(`pc-${index}`, 1 + (index % 10_100))),
      );
      await fleet.take(knowledge(1));
      // Many, and none when the knowledge is about to take over.
      expect(sought).toEqual([4_000, 0]);
      expect(kept).toEqual([2000, 2000, 2000, 2000, 2000, 100]);
      expect(await levels(world, fleet.epoch.number)).not.toContain(undefined);
      // Others have the same: nothing is kept twice.
      const other = { id: "c8d18daa-8963-40b1-a89e-000000000001", alias: "other" };
      await store.addTenant(other);
      await store.checkIn(other.id, [
        ...Array.from({ length: 600 }, (_, index) => aCheckIn(`pc-${index}`, 1 + index)),
        aCheckIn("new", 20_000),
      ]);
      kept.length = 0;
      await fleet.settling.now();
      await fleet.take(knowledge(2));
      expect(kept.reduce((sum, count) => sum + count, 0)).toBe(10_101 + 1);
    },
    { wrap },
  );
});

test("an inventory is evaluated once, however many devices have it and however many ask at once", () =>
  withFleet(async ({ fleet, store, tenant }) => {
    await fleet.take(knowledge(1));
    const checkIns = Array.from({ length: 300 }, (_, index) => aCheckIn(`pc-${index}`, 1 + (index % 7)));
    await store.checkIn(tenant, checkIns);
    const digests = checkIns.map(({ digest }) => digest);
    const all = await Promise.all([1, 2, 3].map(() => fleet.summaries(fleet.epoch, digests)));
    await fleet.checkIn(tenant, checkIns);
    await fleet.settling.now();
    expect(all.map((summaries) => summaries.length)).toEqual([300, 300, 300]);
    expect(fleet.epoch.evaluations).toBe(7);
  }));

describe("check-ins that come at once", () => {
  const results = (checkIns: readonly CheckIn[]): readonly CheckInResult[] =>
    checkIns.map(({ name }) => ({ outcome: "new", doubt: { kind: "renamed", formerName: name } }));

  test("share few transactions, each of one tenant, and each gets its own answers", async () => {
    const calls: { tenant: string; names: readonly string[] }[] = [];
    const queue = checkInQueue(async (tenant, checkIns) => {
      calls.push({ tenant, names: checkIns.map(({ name }) => name) });
      await turn();
      return results(checkIns);
    });
    const sent = Array.from({ length: 200 }, (_, index) => ({
      tenant: `tenant ${index % 2}`,
      checkIns: Array.from({ length: 1 + (index % 3) }, (_each, at) => aCheckIn(`${index}-${at}`, 1)),
    }));
    const answers = await Promise.all(sent.map(({ tenant, checkIns }) => queue(tenant, checkIns)));
    expect(answers).toEqual(sent.map(({ checkIns }) => results(checkIns)));
    expect(calls.length).toBe(2);
    for (const { tenant, names } of calls) {
      const own = sent.filter((each) => each.tenant === tenant).flatMap(({ checkIns }) => checkIns.map(({ name }) => name));
      expect(names).toEqual(own);
    }
  });

  test("wait for one another in batches of some hundred, in their order", async () => {
    const sizes: number[] = [];
    const names: string[] = [];
    const queue = checkInQueue(async (_tenant, checkIns) => {
      sizes.push(checkIns.length);
      names.push(...checkIns.map(({ name }) => name));
      await turn();
      return results(checkIns);
    });
    const all = Array.from({ length: 1201 }, (_, index) => `pc-${index}`);
    await Promise.all(all.map((name) => queue("t", [aCheckIn(name, 1)])));
    expect([sizes, names]).toEqual([[500, 500, 201], all]);
  });

  test("are all told of the error of their transaction, and those after it are stored", async () => {
    let calls = 0;
    const queue = checkInQueue(async (_tenant, checkIns) => {
      if (++calls === 1) throw new Error("the disk is full");
      return results(checkIns);
    });
    const first = await Promise.allSettled([
      queue("t", [aCheckIn("a", 1)]),
      queue("t", [aCheckIn("b", 1)]),
      queue("u", [aCheckIn("c", 1)]),
    ]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(await queue("t", [aCheckIn("d", 1)])).toHaveLength(1);
    expect(calls).toBe(3);
  });
});

describe("totals", () => {
  test("are counted once for every state that is looked at", async () => {
    let counts = 0;
    const wrap: Wrap = (store) => ({
      countDigests: (...args) => {
        counts++;
        return store.countDigests(...args);
      },
    });
    await withFleet(
      async ({ fleet, tenant }) => {
        await fleet.take(knowledge(1));
        await fleet.checkIn(tenant, [aCheckIn("a", 1), aCheckIn("b", 2)]);
        const keeper = new TotalsKeeper(fleet);
        counts = 0;
        const first = await keeper.of(await sightNow(fleet, tenant));
        const again = await keeper.of(await sightNow(fleet, tenant));
        expect([again.totals === first.totals, again.change === first.change, counts]).toEqual([true, true, 1]);
        expect(first.totals.devices).toMatchObject({ total: 2, assessed: 2, withMissing: 2 });
        await fleet.checkIn(tenant, [aCheckIn("a", 1, "2026-01-19T00:00:00.000Z")]);
        expect((await keeper.of(await sightNow(fleet, tenant))).totals).toBe(first.totals);
        const walk = await openWalk(fleet, tenant);
        await fleet.checkIn(tenant, [aCheckIn("c", 3)]);
        const now = await keeper.of(await sightNow(fleet, tenant));
        expect([now.totals.devices.total, counts]).toEqual([3, 2]);
        expect((await keeper.of(walk)).totals).toBe(first.totals);
        expect(counts).toBe(2);
        await fleet.take(knowledge(2));
        expect((await keeper.of(await sightNow(fleet, tenant))).totals.exposed.size).toBe(2);
        expect((await keeper.of(walk)).totals.exposed.size).toBe(1);
        // New knowledge found the devices counted, and so did those who asked under it.
        expect(counts).toBe(2);
      },
      { wrap },
    );
  });

  test("that could not be counted are counted again", async () => {
    let isBroken = true;
    const wrap: Wrap = (store) => ({
      inventories: async (digests) => {
        if (isBroken) throw new Error("the disk is gone");
        return store.inventories(digests);
      },
    });
    await withFleet(
      async ({ fleet, store, tenant }) => {
        await store.checkIn(tenant, [aCheckIn("a", 1)]);
        const keeper = new TotalsKeeper(fleet);
        const sight = { tenantId: tenant, epoch: fleet.epoch, view: { epoch: fleet.epoch.number, at: january.toISOString() }, looks: 0 };
        await expect(keeper.of(sight)).rejects.toThrow("the disk is gone");
        isBroken = false;
        expect((await keeper.of(sight)).totals.devices.total).toBe(1);
      },
      { wrap },
    );
  });
});
