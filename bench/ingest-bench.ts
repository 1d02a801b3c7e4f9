import { join } from "node:path";
import { batchSize, ingestInventories } from "../src/app/ingest-inventories.ts";
import { streamInventories } from "../src/inventory/stream-inventories.ts";
import { openSqliteStore } from "../src/stores/sqlite/sqlite-store.ts";
import type { Measurement } from "./measurement.ts";
import { rawRate } from "./raw-database.ts";

const devices = 20_000;
const distinct = 1_000;
const rounds = 3;

/**
 * Taking in a stream of native inventories, durable and in batches, beside raw inserts of the same lines into one table:
 * the same disk, the same sync, the same number of commits.
 */
export async function benchIngest(workFolder: string): Promise<Measurement[]> {
  const lines = Array.from({ length: devices }, (_, index) => inventoryLine(index));
  let [raw, first, repeated] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    raw = Math.max(raw, rawRate(join(workFolder, `raw-${round}.db`), lines, batchSize));
    const store = openSqliteStore(join(workFolder, `ingest-${round}.db`));
    first = Math.max(first, await ingest(store, lines));
    repeated = Math.max(repeated, await ingest(store, lines));
    await store.close();
  }
  const baseline = `raw inserts, ${Math.round(raw)}/s`;
  return [
    { name: `ingest, ${devices} devices, ${distinct} inventories`, value: first, unit: "/s", baseline },
    { name: "  its share of the rate of raw inserts", value: first / raw, unit: "x", baseline },
    { name: "  the same once more, all unchanged", value: repeated, unit: "/s" },
  ];
}

function inventoryLine(index: number): string {
  const number = index % distinct;
  return JSON.stringify({
    schema: "patchgap.inventory/1",
    deviceName: `pc-${index}.contoso.example`,
    collectedAt: "2026-03-02T08:15:00Z",
    os: { caption: "Microsoft Windows 10 Pro", version: "10.0.19045", build: 19045, ubr: 2000 + number },
    installedKbs: Array.from({ length: 30 }, (_, kb) => `KB${5_000_000 + number * 7 + kb}`),
    ipAddresses: [`10.0.${index >> 8}.${index & 255}`],
  });
}

async function ingest(store: ReturnType<typeof openSqliteStore>, lines: readonly string[]): Promise<number> {
  const [tenant] = await store.tenants();
  if (tenant === undefined) throw new Error("a store has a tenant from the start");
  const chunk = new TextEncoder().encode(lines.join("\n"));
  const started = performance.now();
  let answered = 0;
  const items = streamInventories(chunks(chunk), { source: "bench" });
  for await (const { outcome } of ingestInventories(items, { store, tenant, now: () => new Date() })) if (outcome !== "refused") answered++;
  const ms = performance.now() - started;
  if (answered !== lines.length) throw new Error(`${answered} of ${lines.length} were stored`);
  return (answered * 1_000) / ms;
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}
