import type { CheckIn, DeviceStore, EpochStandings } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import { packContent } from "../inventory-packing.ts";
import { type DeviceBatch, newBatch } from "./check-in-batch.ts";
import type { Asking, Connections, Writing } from "./connections.ts";
import { type DeviceRow, devicesByIds, putDevices, putValues, valuesOf, writtenColumns } from "./device-row.ts";
import { beginChange, endChange, type FleetChange, keepPast } from "./fleet-lock.ts";
import { changesOf, historiesOf, putHistory } from "./history.ts";
import { countBeside } from "./marks.ts";
import { putStandings } from "./standings.ts";
import { tableStatistics } from "./table-statistics.ts";

/** Digests known to be in the database: inventories are never deleted. So many are remembered. */
const mostKnown = 100_000;

/** So few are written by a statement: copying takes a round trip more. */
const fewRows = 20;

/** The taking in of inventories; each batch is one transaction of a dozen statements, however many there are. */
export function checkInWriter(connections: Connections, writer: string): DeviceStore["checkIn"] {
  const { write } = connections;
  const known = new Set<string>();
  const [wroteDevices, wroteStandings] = [tableStatistics(connections, "device"), tableStatistics(connections, "standing")];
  return async (tenantId, checkIns, standings = []) => {
    const { results, digests } = await write((asking) => run(asking, { writer, tenantId, known }, checkIns, standings), { isByKey: true });
    if (known.size > mostKnown) known.clear();
    // Not before it is committed.
    for (const digest of digests) known.add(digest);
    for (const { epoch, standings: own } of standings) await wroteStandings(epoch, own.length);
    // Nobody waits for that: the next batch looks up by keys, whatever the planner knows.
    void wroteDevices(0, results.filter(({ outcome }) => outcome === "new").length);
    return results;
  };
}

interface Run {
  readonly writer: string;
  readonly tenantId: string;
  readonly known: ReadonlySet<string>;
}

async function run(asking: Writing, { writer, tenantId, known }: Run, checkIns: readonly CheckIn[], standings: readonly EpochStandings[]) {
  const change = await beginChange(asking, checkIns[0]?.receivedAt);
  for (const { epoch, standings: own } of standings) await putStandings(asking, epoch, own);
  const batch = await readBatch(asking, tenantId, checkIns, change);
  const results = checkIns.map((checkIn) => batch.take(checkIn));
  const { changed, histories, isNumbered } = batch;
  const digests = await putContents(asking, known, checkIns);
  const { fresh = [], held = [] } = Object.groupBy(changed, ({ deviceId }) => (batch.isHeld(deviceId) ? "held" : "fresh"));
  await keepPast(
    asking,
    tenantId,
    held.map(({ deviceId }) => deviceId),
    change,
  );
  if (fresh.length < fewRows) await put(asking, tenantId, changed);
  else {
    await asking.add({ table: "device", columns: writtenColumns, rows: valuesOfAll(tenantId, fresh) });
    await put(asking, tenantId, held);
  }
  await putHistory(asking, tenantId, changesOf(histories));
  if (isNumbered) await endChange(asking, writer, change);
  else await countBeside(asking);
  return { results, digests };
}

function* valuesOfAll(tenantId: string, rows: readonly DeviceRow[]) {
  for (const row of rows) yield valuesOf(tenantId, row, nameKey);
}

/** What is known of the devices that check in, as far as it can matter. */
async function readBatch(asking: Asking, tenantId: string, checkIns: readonly CheckIn[], change: FleetChange): Promise<DeviceBatch> {
  const ids = [...new Set(checkIns.map(({ deviceId }) => deviceId))];
  const rows = await asking.all<DeviceRow>(devicesByIds, [tenantId, ids]);
  const held = new Map(rows.map((row) => [row.deviceId, row]));
  const histories = await historiesOf(asking, tenantId, held, checkIns);
  const names = [...new Set(checkIns.filter(({ deviceId }) => !held.has(deviceId)).map(({ name }) => keyOf(name)))];
  const twins =
    names.length === 0
      ? []
      : await asking.all<{ readonly key: string; readonly id: string }>(
          "SELECT name_key AS key, min(device_id) AS id FROM device WHERE tenant_id = $1 AND name_key = ANY($2) GROUP BY name_key",
          [tenantId, names],
        );
  return newBatch({ held, histories, twins: new Map(twins.map(({ key, id }) => [key, [id]])), change });
}

/** A name that is none is refused by the database, with all that came with it. */
function keyOf(name: string): string {
  return typeof name === "string" ? nameKey(name) : "";
}

/** What digests stand for, where that is not there yet; returns all digests that are there from now on. */
async function putContents(asking: Writing, known: ReadonlySet<string>, checkIns: readonly CheckIn[]): Promise<readonly string[]> {
  // Contents are not asked for before they are known to be needed: they may have to be made.
  const unknown = new Map(checkIns.filter(({ digest }) => !known.has(digest)).map((checkIn) => [checkIn.digest, checkIn]));
  if (unknown.size === 0) return [];
  const digests = [...unknown.keys()];
  const held = await asking.all<{ readonly digest: string }>("SELECT digest FROM inventory WHERE digest = ANY($1)", [digests]);
  const there = new Set(held.map(({ digest }) => digest));
  const missing = [...unknown.values()]
    .filter(({ digest }) => !there.has(digest))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(({ digest, content }) => [digest, packContent(content)] as const);
  if (missing.length >= fewRows) await asking.add({ table: "inventory", columns: ["digest", "body"], rows: missing });
  else if (missing.length > 0) {
    await asking.run(
      "INSERT INTO inventory (digest, body) SELECT digest, body FROM unnest($1::text[], $2::bytea[]) AS given(digest, body) ON CONFLICT DO NOTHING",
      [missing.map(([digest]) => digest), missing.map(([, body]) => body)],
    );
  }
  return digests;
}

async function put(asking: Asking, tenantId: string, rows: readonly DeviceRow[]): Promise<void> {
  if (rows.length === 0) return;
  const written = await asking.run(putDevices, putValues(tenantId, rows, nameKey));
  if (written !== rows.length)
    throw new Error(`${rows.length - written} of ${rows.length} devices were changed by somebody else meanwhile`);
}
