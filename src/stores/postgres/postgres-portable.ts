import { ProductError } from "../../domain/errors.ts";
import type { PortableStore, PortableValue, Portion, ReadPortions } from "../portable-store.ts";
import { clearings, followingColumns, nextRows, type PortableTable, readPortions, tableOf } from "../sql/portable-tables.ts";
import { onCitus } from "./citus-connections.ts";
import { type Asking, type Connections, openConnections, type Parameter } from "./connections.ts";
import { lockFleet } from "./fleet-lock.ts";
import { migrate } from "./migrate.ts";
import { findPlacement } from "./placement.ts";
import type { PostgresSettings } from "./postgres-settings.ts";
import { encodeTexts } from "./text-code.ts";

/** Opens a database as a whole: one that is there, to take from it, or one to fill, in which tables are made where there are none. */
export async function openPostgresPortable(settings: PostgresSettings, use: "take" | "fill"): Promise<PortableStore> {
  const opened = openConnections(settings);
  let connections: Connections = opened;
  try {
    if (use === "take") await checkThere(opened);
    await migrate(opened);
    if ((settings.placement ?? (await findPlacement(opened))) === "distributed") connections = onCitus(opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    place: connections.place,
    reading: (work) => connections.readAsOfNow((asking) => work(portionsOf(asking))),
    filling: (work) =>
      connections.write(async (asking) => {
        await lockAll(asking);
        return work({
          portions: portionsOf(asking),
          clear: async () => {
            for (const sql of clearings) await asking.run(sql);
          },
          put: (portion) => put(asking, portion),
        });
      }),
    close: connections.close,
  };
}

async function checkThere({ all, place }: Connections): Promise<void> {
  const [found] = await all<{ readonly isThere: boolean }>(`SELECT to_regclass('patchgap_schema') IS NOT NULL AS "isThere"`);
  if (found?.isThere === true) return;
  throw new ProductError("database", "patchgap has kept nothing in the database yet", {
    place: { source: place },
    hint: "Name the database that has the installation first, then the empty one.",
  });
}

/** Nobody commits a catalog or changes devices meanwhile. */
async function lockAll(asking: Asking): Promise<void> {
  await asking.all("SELECT value FROM setting WHERE name = 'generation' FOR UPDATE");
  await lockFleet(asking);
}

function portionsOf(asking: Asking): ReadPortions {
  return () =>
    readPortions((table, isFirst, values) =>
      asking.all<Record<string, PortableValue>>(
        nextRows(table, isFirst, (place) => `$${place}`),
        values,
      ),
    );
}

/** Columns that other columns of a device make, and what they are cast to. */
const following: readonly (readonly [name: string, kind: string, cast?: string])[] = [
  ["name_key", "text"],
  ["tags", "text", "jsonb"],
  ["addresses", "text", "jsonb"],
  ["group_id", "integer"],
  ["group_name", "text"],
];

const kinds = { text: "text", number: "bigint", bytes: "bytea" } as const;

async function put(asking: Asking, portion: Portion): Promise<void> {
  const table = tableOf(portion);
  const isDevice = table.name === "device";
  const rows = isDevice ? portion.rows.map((row) => [...row, ...followingValues(row)]) : portion.rows;
  const more = isDevice ? following : [];
  const columns = Array.from({ length: Object.keys(table.columns).length + more.length }, (_, place) =>
    rows.map((row) => row[place] ?? null),
  );
  await asking.run(insertInto(table, more), columns as readonly Parameter[]);
}

function followingValues(row: readonly PortableValue[]): readonly PortableValue[] {
  const { nameKey, tags, addresses, groupId, groupName } = followingColumns(row);
  return [nameKey, encodeTexts(JSON.parse(tags) as string[]), encodeTexts(addresses), groupId, groupName];
}

function insertInto({ name, key, columns, isThere }: PortableTable, more: typeof following): string {
  const own = Object.entries(columns).map(([column, kind]) => [column, kinds[kind]] as const);
  const all: typeof following = [...own, ...more];
  const names = all.map(([column]) => column).join(", ");
  const selected = all.map(([column, , cast]) => (cast === undefined ? column : `CAST(${column} AS ${cast})`)).join(", ");
  const given = all.map(([, kind], place) => `$${place + 1}::${kind}[]`).join(", ");
  const conflict = isThere === true ? ` ON CONFLICT (${key.join(", ")}) DO UPDATE SET value = excluded.value` : "";
  return `INSERT INTO ${name} (${names}) SELECT ${selected} FROM unnest(${given}) AS given(${names})${conflict}`;
}
