import { expect, test } from "vitest";
import { batchSize, type IngestedItem, ingestInventories } from "../../src/app/ingest-inventories.ts";
import { inventoryDigest } from "../../src/app/inventory-digest.ts";
import { DigestsByWords } from "../../src/app/known-words.ts";
import { storedInventory } from "../../src/app/stored-inventory.ts";
import type { InventoryContent } from "../../src/domain/fleet/inventory-content.ts";
import type { FormatName } from "../../src/inventory/format.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";
import { streamInventories } from "../../src/inventory/stream-inventories.ts";
import type { CheckIn, DeviceStore } from "../../src/stores/device-store.ts";
import { openSqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { allOf } from "../all-of.ts";

const arrival = new Date("2026-03-07T12:00:00.000Z");

function line(facts: object = {}): string {
  return JSON.stringify({ deviceName: "pc", os: { build: 19045, ubr: 1 }, installedKbs: [], ...facts });
}

async function* chunksOf(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function ingest(
  store: DeviceStore,
  text: string,
  options: { tags?: readonly string[]; format?: FormatName } = {},
): Promise<IngestedItem[]> {
  const { tags, ...format } = options;
  const tenant = (await store.tenants())[0] ?? { id: "", alias: "" };
  const tools = { store, tenant, now: () => arrival, ...(tags === undefined ? {} : { tags }) };
  return allOf(ingestInventories(streamInventories(chunksOf(text), { source: "in", ...format }), tools));
}

async function withStore<T>(work: (store: DeviceStore, tenant: string) => Promise<T>): Promise<T> {
  const store = openSqliteStore(":memory:");
  try {
    return await work(store, (await store.tenants())[0]?.id ?? "");
  } finally {
    await store.close();
  }
}

test("one bad line of ten thousand: the others are stored, the bad one is told with its number", () =>
  withStore(async (store) => {
    const lines = Array.from({ length: 10_000 }, (_, index) => line({ deviceName: `pc-${index}` }));
    lines[4_711] = '{"deviceName": ';
    const items = await ingest(store, lines.join("\n"));
    expect(items.filter(({ outcome }) => outcome === "new")).toHaveLength(9_999);
    expect(items.filter(({ outcome }) => outcome !== "new")).toEqual([
      { source: "in", line: 4_712, outcome: "refused", problems: [{ source: "in", line: 4_712, message: "the line is not valid JSON" }] },
    ]);
  }));

/** Counts what it is told, and forgets it now and then between being asked whether it knows it and what. */
class CountedDigests extends DigestsByWords {
  count = 0;
  forgotten = 0;
  readonly #forgetsEvery: number;
  #asked = 0;

  constructor(forgetsEvery = Number.POSITIVE_INFINITY) {
    super();
    this.#forgetsEvery = forgetsEvery;
  }

  override get(key: string): string | undefined {
    if (++this.#asked % this.#forgetsEvery !== 0) return super.get(key);
    this.forgotten++;
    return undefined;
  }

  override set(key: string, digest: string): void {
    this.count++;
    super.set(key, digest);
  }
}

test.each([
  ["", new CountedDigests()],
  [", though it is forgotten now and then", new CountedDigests(7)],
])("in a long stream what many devices say in the same words is read once; each keeps what is its own%s", (_, knownWords) =>
  withStore(async (store, tenant) => {
    const software = Array.from({ length: 20 }, (_, index) => ({ name: `Program ${index}`, version: "1.0" }));
    const lines = Array.from({ length: 4_000 }, (_, index) =>
      line({
        deviceName: `pc-${index}`,
        tags: [`tag ${index}`],
        software,
        installedKbs: [`${5_000_000 + (index % 3)}`],
        offeredKbs: ["KB1234567"],
      }),
    );
    lines[2_000] = line({ deviceName: "odd", note: "kept", software, installedKbs: ["5000000"] });
    lines[3_000] = line({ deviceName: "", software, installedKbs: ["5000000"] });
    lines[3_001] = line({ deviceName: "pc-3001", software, installedKbs: ["5000000", "none"] });
    lines[3_500] = line({ deviceName: "pc-3500", collectedAt: "2999-01-01T00:00:00Z", software, installedKbs: ["5000000"] });
    const tools = { store, now: () => arrival, tenant: { id: tenant, alias: "default" }, knownWords };
    const items = await allOf(
      ingestInventories(streamInventories(chunksOf(lines.join("\n"), 65_536), { source: "in", knownWords }), tools),
    );
    expect(knownWords.count).toBe(3 + knownWords.forgotten);
    expect(items.flatMap(({ outcome, problems }) => (outcome !== "new" || problems.length > 0 ? problems : []))).toMatchObject(
      [3_001, 3_002, 3_501].map((number) => ({ line: number })),
    );
    expect(items.map((item) => item.line)).toEqual(lines.map((_line, index) => index + 1));
    await withStore(async (other) => {
      await ingest(other, lines.join("\n"));
      const digests = new Set<string>();
      for (const { device } of items) {
        if (device === undefined) continue;
        const [kept, plain] = [
          await store.device(tenant, device.deviceId),
          await other.device((await other.tenants())[0]?.id ?? "", device.deviceId),
        ];
        expect(kept).toEqual(plain);
        digests.add(kept?.digest ?? "");
      }
      expect(digests.size).toBe(3);
      for (const digest of digests) expect(inventoryDigest((await store.inventory(digest)) as InventoryContent)).toBe(digest);
    });
  }),
);

test("a long stream is told by line from its beginning, bad lines first of all", () =>
  withStore(async (store) => {
    const note = "x".repeat(1_000);
    const lines = Array.from({ length: 4_000 }, (_, index) => line({ deviceName: `pc-${index}`, note }));
    lines[0] = "{broken";
    lines[3_999] = line({ deviceName: "last", os: {} });
    const items = await ingest(store, lines.join("\n"));
    expect(items).toHaveLength(4_000);
    expect(items.filter(({ outcome }) => outcome === "refused").map((item) => item.line)).toEqual([1, 4_000]);
    expect(items[1]).toMatchObject({ line: 2, device: { deviceName: "pc-1" } });
  }));

test("no more than a batch waits in memory, however long the stream", async () => {
  let read = 0;
  let stored = 0;
  let most = 0;
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (; read < 50_000; read++) {
      most = Math.max(most, read - stored);
      yield new TextEncoder().encode(`${line({ deviceName: `pc-${read}`, note: "x".repeat(500) })}\n`);
    }
  }
  const store = {
    checkIn: async (_tenant: string, batch: readonly CheckIn[]) => {
      stored += batch.length;
      return batch.map(() => ({ outcome: "new" as const }));
    },
  };
  const tools = { store, tenant: { id: "t", alias: "t" }, now: () => arrival };
  for await (const item of ingestInventories(streamInventories(lines(), { source: "in" }), tools)) expect(item.outcome).toBe("new");
  expect(stored).toBe(50_000);
  // Beside a batch: the head that tells the format.
  expect(most).toBeLessThan(batchSize + (2 * 1_048_576) / 500);
});

test("large inventories go in smaller batches", async () => {
  const sizes: number[] = [];
  const store = {
    checkIn: async (_tenant: string, batch: readonly CheckIn[]) => {
      sizes.push(batch.length);
      return batch.map(() => ({ outcome: "new" as const }));
    },
  };
  const text = Array.from({ length: 40 }, (_, index) => line({ deviceName: `pc-${index}`, note: "x".repeat(900_000) })).join("\n");
  const tools = { store, tenant: { id: "t", alias: "t" }, now: () => arrival };
  const items = await allOf(ingestInventories(streamInventories(chunksOf(text, 65_536), { source: "in" }), tools));
  expect(items).toHaveLength(40);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
});

test.each([
  ["an array", `[${line()}, 7, ${line({ deviceName: "b" })}]`, ["new", "refused", "new"]],
  ["one object", line(), ["new"]],
  ["a text that is no JSON further down", `${line()}\nrubbish\n${line({ deviceName: "b" })}`, ["new", "refused", "new"]],
  ["nothing good at all", "{}\n[]", ["refused", "refused"]],
])("%s is answered item by item", (_what, text, outcomes) =>
  withStore(async (store) => {
    expect((await ingest(store, text, { format: "native" })).map(({ outcome }) => outcome)).toEqual(outcomes);
  }),
);

test("what no format knows is refused as a whole", () =>
  withStore(async (store) => {
    await expect(ingest(store, "hello")).rejects.toMatchObject({ code: "unreadable-input" });
    await expect(ingest(store, "hello world ".repeat(2_000_000))).rejects.toMatchObject({ code: "too-large" });
  }));

test("what comes out is what went in, whole, and unknown members too", () =>
  withStore(async (store, tenant) => {
    const text = line({
      deviceName: "PC-042",
      collectedAt: "2026-03-02T08:15:00.000Z",
      installedKbs: ["5026361", "5027215"],
      msiPatchKbs: ["4461532"],
      offeredKbs: ["5031356"],
      software: [{ vendor: "v", name: "n", version: "1" }],
      tags: ["servers"],
      ipAddresses: ["10.0.0.7"],
      serial: "7",
    });
    const [given] = readInventories([{ source: "in", bytes: new TextEncoder().encode(text) }]).devices;
    const [item] = await ingest(store, text, { tags: ["lab"] });
    // printf 'default/pc-042' | sha1sum
    expect(item?.device).toEqual({ deviceName: "PC-042", deviceId: "51eb84ed708e1144027e397087e0dd89524a4f1f" });
    const device = await store.device(tenant, item?.device?.deviceId ?? "");
    expect(device?.assignedTags).toEqual(["lab"]);
    expect(device === undefined ? undefined : await storedInventory(store, device)).toEqual({ ...given, deviceId: item?.device?.deviceId });
  }));

test("a time that cannot be right is told, and the arrival orders", () =>
  withStore(async (store, tenant) => {
    const [item] = await ingest(store, line({ collectedAt: "2999-01-01T00:00:00Z" }));
    expect(item).toMatchObject({ outcome: "new", problems: [{ source: "in", field: "collectedAt" }] });
    expect((await store.devices(tenant, { limit: 1 }))[0]?.lastSeen).toBe(arrival.toISOString());
  }));

test("J52, J58: one id under two names, one name under two ids, and going back and forth: told, never merged in silence", () =>
  withStore(async (store) => {
    const [a, b] = ["a".repeat(40), "b".repeat(40)];
    const items = await ingest(
      store,
      [
        line({ deviceId: a }),
        line({ deviceId: a.toUpperCase(), deviceName: "other" }),
        line({ deviceId: b, deviceName: "OTHER", collectedAt: "2026-03-02T00:00:00Z" }),
        line({ deviceId: `${a} ` }),
        ...[1, 2, 1, 2].map((ubr, day) =>
          line({ deviceId: b, deviceName: "OTHER", collectedAt: `2026-03-0${day + 3}T00:00:00Z`, os: { build: 19045, ubr } }),
        ),
      ].join("\n"),
    );
    expect(items.map(({ outcome }) => outcome)).toEqual(["new", "updated", "new", "refused", "unchanged", "updated", "updated", "updated"]);
    expect(items.map(({ problems }) => problems[0]?.message)).toEqual([
      undefined,
      "this id belonged to a device named pc: it is taken for the same, renamed",
      `a device of the same name has another id (${a}): both are kept`,
      "deviceId must be 40 hexadecimal digits",
      undefined,
      undefined,
      undefined,
      ...Array(1).fill("it changes back and forth between two inventories: two computers may report under one id"),
    ]);
  }));
