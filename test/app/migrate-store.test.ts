import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateStore } from "../../src/app/migrate-store.ts";
import { openPortableStore, openStore } from "../../src/compose.ts";
import type { PortableStore, Portion } from "../../src/stores/portable-store.ts";
import { openPostgresPortable } from "../../src/stores/postgres/postgres-portable.ts";
import { makePostgresPlace, postgresServers, settingsOf } from "../a-postgres.ts";
import { aCheckIn } from "../contract/made-up-fleet.ts";
import { execute, rowsOf } from "../postgres-servers.ts";
import { lintSql } from "../sql-lint/lint-sql.ts";

const devices = 3_300;
let folder: string;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-portable-"));
  origin = join(folder, "origin");
  const store = await openStore({ data: origin });
  const [tenant] = await store.tenants();
  // All but the first become another: what has told the same ever since has no rows in its history.
  for (const at of [4, 5]) {
    await store.checkIn(
      tenant?.id ?? "",
      Array.from({ length: devices }, (_, index) => aCheckIn(`d${index}`, at, at === 4 ? 0 : index)),
    );
  }
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  readonly place: string;
  /** what another process sees there */
  readonly devices: () => Promise<number>;
  readonly addClient: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

let made = 0;

const kinds: readonly (readonly [string, () => Promise<Place>])[] = [
  [
    "SQLite",
    async () => {
      const data = join(folder, `to-${made++}`);
      const devicesOf = async (): Promise<number> => {
        const store = await openStore({ data });
        const counts = await Promise.all((await store.tenants()).map(({ id }) => store.deviceCounts(id)));
        await store.close();
        return counts.flat().length === 0 ? 0 : devices;
      };
      return { place: data, devices: devicesOf, addClient: async () => undefined, remove: async () => undefined };
    },
  ],
  ...postgresServers.map(
    (server) =>
      [
        server.name,
        async (): Promise<Place> => {
          const { url, remove } = await makePostgresPlace(server);
          return {
            place: url,
            devices: async () => Number((await rowsOf(url, "SELECT count(*)::int AS devices FROM device"))[0]?.["devices"]),
            addClient: () =>
              execute(
                url,
                "INSERT INTO client (client_id, tenant_id, name, roles, secrets, created_at) VALUES ('c', 't', 'n', '[]', '[]', 1)",
              ),
            remove,
          };
        },
      ] as const,
  ),
];

/** The same store, with something done after each portion that is taken out of it. */
function watched(store: PortableStore, then: (portion: Portion, index: number) => Promise<void> | void): PortableStore {
  return {
    ...store,
    reading: (work) =>
      store.reading((portions) =>
        work(async function* () {
          let index = 0;
          for await (const portion of portions()) {
            await then(portion, index++);
            yield portion;
          }
        }),
      ),
  };
}

async function opened<T>(place: string, work: (from: PortableStore, to: PortableStore) => Promise<T>): Promise<T> {
  const [from, to] = [await openPortableStore(origin, "take", { data: "" }), await openPortableStore(place, "fill", { data: "" })];
  try {
    return await work(from, to);
  } finally {
    await to.close();
    await from.close();
  }
}

describe.each(kinds)("to %s", (_, make) => {
  test("one portion is under way at a time, of 500 rows at most, and nobody else sees any until all are there", async () => {
    const { place, devices: seen, remove } = await make();
    const events: string[] = [];
    const sizes: number[] = [];
    const reported: number[] = [];
    const others: number[] = [];
    const { from, to } = await opened(place, (source, target) =>
      migrateStore(
        watched(source, async ({ rows }, index) => {
          events.push("taken");
          sizes.push(rows.length);
          if (index % 5 === 0) others.push(await seen());
        }),
        {
          ...target,
          filling: (work) =>
            target.filling((filling) =>
              work({
                ...filling,
                put: async (portion) => {
                  await filling.put(portion);
                  events.push("put");
                },
              }),
            ),
        },
        (rows) => reported.push(rows),
      ),
    );
    expect(events).toEqual(sizes.flatMap(() => ["taken", "put"]));
    expect(Math.max(...sizes)).toBe(500);
    expect(sizes.length).toBeGreaterThan((3 * devices) / 500);
    expect(reported.at(-1)).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(reported).toEqual([...reported].sort((a, b) => a - b));
    expect(new Set(others)).toEqual(new Set([0]));
    expect(await seen()).toBe(devices);
    expect(to).toEqual(from);
    expect(to.counts).toMatchObject({ device: devices, inventory: devices, device_history: 2 * (devices - 1), tenant: 1 });
    await remove();
  }, 180_000);

  test("what fails on the way leaves it empty, and the next attempt moves everything", async () => {
    const { place, devices: seen, remove } = await make();
    for (const at of [0, 4, 12]) {
      const failing = opened(place, (source, target) =>
        migrateStore(
          watched(source, (_portion, index) => {
            if (index === at) throw new Error("the power failed");
          }),
          target,
          () => undefined,
        ),
      );
      await expect(failing).rejects.toThrow("the power failed");
      expect(await seen()).toBe(0);
    }
    const { from, to } = await opened(place, (source, target) => migrateStore(source, target, () => undefined));
    expect(to).toEqual(from);
    await remove();
  }, 180_000);
});

test("a row that is kept otherwise than it was read is seen, and nothing is kept", async () => {
  const place = join(folder, "wrong");
  const wrong = opened(place, (source, target) =>
    migrateStore(
      source,
      {
        ...target,
        filling: (work) =>
          target.filling((filling) =>
            work({
              ...filling,
              put: ({ table, rows }) =>
                filling.put({ table, rows: table === "device_history" ? rows.map((row) => [...row.slice(0, -1), "other"]) : rows }),
            }),
          ),
      },
      () => undefined,
    ),
  );
  await expect(wrong).rejects.toMatchObject({ code: "database", message: expect.stringContaining("left empty") });
  const { from, to } = await opened(place, (source, target) => migrateStore(source, target, () => undefined));
  expect(to).toEqual(from);
});

describe.skipIf(postgresServers.length === 0)("PostgreSQL", () => {
  const toPostgres = kinds[1]?.[1] as () => Promise<Place>;

  test("somebody who writes to it meanwhile is seen, and nothing is kept but what they wrote", async () => {
    const { place, addClient, devices: seen, remove } = await toPostgres();
    const disturbed = opened(place, (source, target) =>
      migrateStore(
        watched(source, (_, index) => (index === 5 ? addClient() : undefined)),
        target,
        () => undefined,
      ),
    );
    await expect(disturbed).rejects.toMatchObject({ message: expect.stringContaining("(client)") });
    expect(await seen()).toBe(0);
    await remove();
  });

  test("every statement can run on distributed tables", async () => {
    const { place, remove } = await toPostgres();
    const sent = new Set<string>();
    const settings = settingsOf(place, { observe: (sql) => void sent.add(sql) });
    const back = await openPortableStore(join(folder, "back"), "fill", { data: "" });
    for (const use of ["fill", "take"] as const) {
      const postgres = await openPostgresPortable(settings, use);
      const other = use === "fill" ? await openPortableStore(origin, "take", { data: "" }) : back;
      await migrateStore(use === "fill" ? other : postgres, use === "fill" ? postgres : other, () => undefined);
      await postgres.close();
      await other.close();
    }
    expect([...sent].filter((sql) => sql.startsWith("INSERT INTO device ")).length).toBe(1);
    expect([...sent].map((sql) => ({ sql, complaints: lintSql(sql) })).filter(({ complaints }) => complaints.length > 0)).toEqual([]);
    await remove();
  }, 180_000);
});
