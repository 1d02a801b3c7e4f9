import { expect, test } from "vitest";
import { openWalk, readNow } from "../../src/app/fleet/walks.ts";
import { listDevices, ofStandings } from "../../src/http/list-devices.ts";
import { contexts } from "../../src/http/metadata/contexts.ts";
import { parseQueryOptions } from "../../src/odata/query-options.ts";
import type { CheckIn } from "../../src/stores/device-store.ts";
import type { DeviceQuery } from "../../src/stores/fleet-store.ts";
import { dialect } from "../../src/stores/postgres/dialect.ts";
import { columnsOf } from "../../src/stores/sql/device-properties.ts";
import type { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { aCheckIn, knowledge, type Wrap, withFile } from "../app/fleet-world.ts";

/** What somebody else stores right before a list is read or a walk is opened, and right after. */
type Beside = readonly [before: CheckIn, after: CheckIn];

/** Devices `a` and `b`, known and looked at, and somebody who reports for `b` beside each list in turn. */
function world(work: (ours: Ours) => Promise<void>): Promise<void> {
  const beside: Beside[] = [];
  const lists: DeviceQuery[] = [];
  let store: SqliteStore | undefined;
  let tenantId = "";
  const wrap: Wrap = (inner) => {
    const amid = async <T>(read: () => Promise<T>): Promise<T> => {
      const [before, after] = beside.shift() ?? [];
      if (before !== undefined) await store?.checkIn(tenantId, [before]);
      const found = await read();
      if (after !== undefined) await store?.checkIn(tenantId, [after]);
      return found;
    };
    return {
      listDevices: (...args) => {
        lists.push(args[1]);
        return amid(() => inner.listDevices(...args));
      },
      openWalk: (...args) => amid(() => inner.openWalk(...args)),
    };
  };
  return withFile(async ({ fleet, store: own, tenant }, other) => {
    [store, tenantId] = [other, tenant];
    await fleet.take(knowledge(1));
    await fleet.checkIn(tenant, [aCheckIn("a", 1), aCheckIn("b", 2)]);
    const list = async (options: string) => {
      const { read, sight } = await readNow(fleet, tenant, (seen) => listDevices(own, seen, queryOf(options)));
      return { names: read.devices.map(({ name }) => name), isWalk: sight.walkId !== undefined };
    };
    const walk = async (options: string) => {
      const sight = await openWalk(fleet, tenant);
      const { devices } = await listDevices(own, sight, queryOf(options));
      return devices.map(({ name, digest, standing }) => ({ name, digest, standing }));
    };
    await work({ beside, lists, list, walk });
  }, wrap);
}

interface Ours {
  /** taken from the front */
  readonly beside: Beside[];
  /** what the store was asked for */
  readonly lists: readonly DeviceQuery[];
  readonly list: (options: string) => Promise<{ readonly names: readonly string[]; readonly isWalk: boolean }>;
  readonly walk: (options: string) => Promise<readonly { readonly name: string; readonly digest: string; readonly standing: unknown }[]>;
}

function queryOf(text: string): Omit<DeviceQuery, "view"> {
  const { filter, orderBy } = parseQueryOptions(encodeURI(text), contexts.machines.entity);
  return { limit: 100, ...(filter === undefined ? {} : { filter }), ...(text.includes("$orderby") ? { orderBy } : {}) };
}

/** Says something that nobody here has looked at, and then what is known again. */
function comesAndGoes(turn: number): Beside {
  const at = (minute: number): string => `2026-01-18T01:${String(2 * turn + minute).padStart(2, "0")}:00.000Z`;
  return [aCheckIn("b", 100 + turn, at(0)), aCheckIn("b", 1, at(1))];
}

/** Whether each of six readings asks if all were examined. One that shows a device that was looked at by nobody needs not ask: it sees that. */
const [asksWhereUnsettled, asksAtFirst, never] = [
  [true, false, true, false, true, false],
  [true, false, false, false, false, false],
  [false, false, false, false, false, false],
];

test.each([
  ["$filter=exposureLevel eq 'Low'", asksWhereUnsettled],
  ["$filter=not (osPlatform eq 'Windows7') and id ne ''", asksAtFirst],
  ["$orderby=riskScore", asksAtFirst],
  ["", never],
])("a list (%s) leaves out nobody whose report was looked at by nobody, and was replaced before anybody could", (options, asked) =>
  world(async ({ beside, lists, list }) => {
    expect(await list(options)).toEqual({ names: ["a", "b"], isWalk: false });
    expect(lists).toHaveLength(1);
    beside.push(comesAndGoes(1));
    expect(await list(options)).toEqual({ names: ["a", "b"], isWalk: false });
    expect(lists).toHaveLength(3);
    beside.push(comesAndGoes(2), comesAndGoes(3));
    expect(await list(options)).toEqual({ names: ["a", "b"], isWalk: false });
    expect(lists.map(({ asksIfExamined }) => asksIfExamined)).toEqual(asked);
  }),
);

test("where others store faster than a list can be read, it is read from a walk", () =>
  world(async ({ beside, lists, list }) => {
    beside.push(...[1, 2, 3, 4].map(comesAndGoes));
    expect(await list("$orderby=riskScore")).toEqual({ names: ["a", "b"], isWalk: true });
    expect([lists.length, beside.length]).toEqual([4, 0]);
  }));

test("a list whose inventories were all looked at stands, whatever others store meanwhile", () =>
  world(async ({ beside, lists, list }) => {
    const known = (minute: number) => aCheckIn("b", 1, `2026-01-18T02:0${minute}:00.000Z`);
    beside.push([known(1), known(2)]);
    expect(await list("$filter=id ne ''")).toEqual({ names: ["a", "b"], isWalk: false });
    expect(lists).toHaveLength(1);
    beside.push([known(3), known(4)]);
    expect(await list("$filter=exposureLevel eq 'Low'")).toEqual({ names: ["a", "b"], isWalk: false });
    expect(lists).toHaveLength(2);
  }));

test("a walk sees what devices were when it was opened, though they were looked at by nobody and have reported something else since", () =>
  world(async ({ beside, walk }) => {
    beside.push(comesAndGoes(1));
    const found = await walk("$filter=exposureLevel eq 'Low'");
    const standing = expect.objectContaining({ osBuild: 26100, exposureLevel: "Low" });
    expect(found).toEqual([
      { name: "a", digest: aCheckIn("a", 1).digest, standing },
      { name: "b", digest: aCheckIn("b", 101).digest, standing },
    ]);
  }));

test("what another process has forgotten of our knowledge is kept again, when a device comes back to it too", () =>
  withFile(async ({ fleet, store, tenant }, other) => {
    await fleet.take(knowledge(1));
    const at = (minute: number): string => `2026-01-18T03:0${minute}:00.000Z`;
    await fleet.checkIn(tenant, [aCheckIn("a", 1, at(0)), aCheckIn("b", 2, at(0))]);
    await fleet.checkIn(tenant, [aCheckIn("b", 1, at(1))]);
    const list = async () =>
      (await readNow(fleet, tenant, (seen) => listDevices(store, seen, queryOf("$filter=exposureLevel eq 'Low'")))).read;
    expect((await list()).devices).toHaveLength(2);
    // One that goes by other knowledge: what nobody has in force is of no use to it.
    await other.forgetEpochs([999], at(2));
    for (let times = 0; times < 3; times++) expect((await list()).devices).toHaveLength(2);
    await fleet.checkIn(tenant, [aCheckIn("b", 2, at(3))]);
    expect((await list()).devices.map(({ name, standing }) => [name, standing?.exposureLevel])).toEqual([
      ["a", "Low"],
      ["b", "Low"],
    ]);
  }));

test("what lists hang on are the columns of what devices come to, all of them", () => {
  const bind = (): string => "?";
  const view = { epoch: 1, at: "2026-01-18T00:00:00.000Z" };
  const columns = [...columnsOf(dialect).device].filter(([, { sql }]) => /\bs\./.test(sql(bind, view))).map(([name]) => name);
  expect(columns.sort()).toEqual([...ofStandings].sort());
});
