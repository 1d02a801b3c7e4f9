import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Asked, aServer, type TestServer } from "./a-server.ts";
import { chance, type DirectAnswers, directAnswers, growingMonths, type Reported, revisionOf, sampleFleet } from "./fleet-at-work.ts";

const betweenCatalogsMs = 700;
const deviceCount = 40;

/** What a device has reported so far: an answer may show the last report that was acknowledged, or any sent since. */
class Device {
  readonly name: string;
  readonly reports: Reported[] = [];
  acknowledged = 0;

  constructor(name: string) {
    this.name = name;
  }

  next(content: Reported): Reported {
    const collectedAt = new Date(Date.parse("2026-03-01T00:00:00Z") + this.reports.length * 1000).toISOString();
    const report = { ...content, deviceName: this.name, collectedAt, tags: [this.name] };
    this.reports.push(report);
    return report;
  }
}

/** An answer, with the reports of its devices that it may show. */
interface Seen<T> {
  readonly revision: number;
  readonly value: T;
  readonly may: readonly (readonly Reported[])[];
}

/** Devices that report, and clients that ask, all at once for some seconds. */
class Hammer {
  readonly #server: TestServer;
  readonly #below: (bound: number) => number;
  readonly #contents: readonly Reported[];
  #isOver = false;
  readonly devices = Array.from({ length: deviceCount }, (_, index) => new Device(`pc-${index}`));
  readonly single: Seen<Asked>[] = [];
  readonly lists: Seen<Asked>[] = [];
  readonly exports: Seen<Asked>[] = [];

  constructor(server: TestServer, seed: number) {
    this.#server = server;
    this.#below = chance(seed);
    this.#contents = sampleFleet().filter((_, index) => index % 4 === 0);
  }

  async rollOut(): Promise<void> {
    await this.#server.ingest(this.devices.map((device) => device.next(this.#any(this.#contents))));
  }

  async run(syncs: readonly (() => Promise<void>)[]): Promise<void> {
    const half = deviceCount / 2;
    const post = (reports: readonly object[]) => this.#server.ask("/api/inventories", { method: "POST", body: reports });
    const all = Promise.all([
      this.#reporting(this.devices.slice(0, half / 2), async (reports) => expect((await post(reports)).status).toBe(200)),
      this.#reporting(this.devices.slice(half / 2, half), async (reports) => expect((await post(reports)).status).toBe(200)),
      this.#reporting(this.devices.slice(half), (reports) => this.#server.ingest(reports)),
      this.#tagging(),
      ...Array.from({ length: 3 }, () => this.#asking(() => this.#askOne())),
      this.#asking(() => this.#askAll("/api/machines", this.lists)),
      this.#asking(() => this.#askAll("/api/machines/MissingKbsByMachine", this.exports)),
      this.#learning(syncs),
    ]);
    await all.finally(() => {
      this.#isOver = true;
    });
  }

  #any<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  async #reporting(devices: readonly Device[], store: (reports: readonly object[]) => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      const chosen = [...new Set([this.#any(devices), this.#any(devices), this.#any(devices)])];
      await store(chosen.map((device) => device.next(this.#any(this.#contents))));
      for (const device of chosen) device.acknowledged = device.reports.length - 1;
      // What stands for another process runs in this one, and SQLite never waits: others would not get their turn.
      await pause(2);
    }
  }

  async #tagging(): Promise<void> {
    while (!this.#isOver) {
      const body = { Value: `group:${this.#below(3)}`, Action: this.#any(["Add", "Remove"]) };
      const { status } = await this.#server.ask(`/api/machines/${this.#any(this.devices).name}/tags`, { method: "POST", body });
      expect(status).toBe(200);
    }
  }

  async #learning(syncs: readonly (() => Promise<void>)[]): Promise<void> {
    for (const sync of syncs) {
      await pause(betweenCatalogsMs);
      await sync();
    }
    await pause(betweenCatalogsMs);
    // However slow the store is.
    while (!this.#isOver && !this.hasAskedEnough.every(Boolean)) await pause(betweenCatalogsMs);
    this.#isOver = true;
  }

  get hasAskedEnough(): readonly boolean[] {
    return [this.single.length > 100, this.lists.length > 10, this.exports.length > 10];
  }

  async #asking(ask: () => Promise<Asked>): Promise<void> {
    for (let last = 0; !this.#isOver; ) {
      const revision = revisionOf(await ask());
      expect(revision).toBeGreaterThanOrEqual(last);
      last = revision;
    }
  }

  async #askOne(): Promise<Asked> {
    const device = this.#any(this.devices);
    return this.#see([device], `/api/machines/${device.name}/getmissingkbs${this.#any(["", "", "?$top=100"])}`, this.single);
  }

  #askAll(path: string, seen: Seen<Asked>[]): Promise<Asked> {
    return this.#see(this.devices, path, seen);
  }

  async #see(devices: readonly Device[], path: string, seen: Seen<Asked>[]): Promise<Asked> {
    const from = devices.map(({ acknowledged }) => acknowledged);
    const value = await this.#server.ask(path);
    seen.push({ revision: revisionOf(value), value, may: devices.map(({ reports }, index) => reports.slice(from[index])) });
    return value;
  }
}

test("whatever arrives meanwhile, every answer is right for what a device reported and for the knowledge that it names", async () => {
  const months = growingMonths();
  const server = await aServer({ documents: months.first(1) });
  try {
    const known = new Map<number, DirectAnswers>();
    const learn = async (): Promise<void> => {
      const direct = await directAnswers(server.store);
      known.set(direct.revision, direct);
    };
    await learn();
    const hammer = new Hammer(server, 20_260_331);
    await hammer.rollOut();
    const sync = (count: 2 | 3 | 4 | 5) => async (): Promise<void> => {
      await server.sync(months.first(count));
      await learn();
    };
    await hammer.run([sync(2), sync(3), sync(4), sync(5)]);
    expect(known.size).toBe(5);
    for (const seen of hammer.single) checkOne(seen, known);
    for (const seen of hammer.lists) checkList(seen, known, hammer.devices);
    for (const seen of hammer.exports) checkExport(seen, known, hammer.devices);
    expect(new Set(hammer.single.map(({ revision }) => revision)).size).toBeGreaterThan(3);
    expect(hammer.hasAskedEnough).toEqual([true, true, true]);
  } finally {
    await server.close();
    months.remove();
  }
});

type Known = ReadonlyMap<number, DirectAnswers>;

/** What each of the reports comes to under a catalog. */
function rightAnswers(reports: readonly Reported[], revision: number, known: Known) {
  const direct = known.get(revision);
  if (direct === undefined) throw new Error(`no revision ${revision}`);
  return reports.map((report) => direct.missingKbs(report));
}

function checkOne({ revision, value, may }: Seen<Asked>, known: Known): void {
  const right = rightAnswers(may[0] ?? [], revision, known);
  if (value.status === 200) expect(right).toContainEqual(value.json.value);
  else {
    expect([400, 404]).toContain(value.status);
    expect(right).toContain(undefined);
    expect(value.json.error.code).toBe(value.status === 400 ? "OsPlatformNotSupported" : "ResourceNotFound");
  }
}

/** Every device is there once, and with what it comes to under the knowledge. */
function checkList({ revision, value, may }: Seen<Asked>, known: Known, devices: readonly Device[]): void {
  const rows = new Map<string, Record<string, unknown>>(
    value.json.value.map((row: { computerDnsName: string }) => [row.computerDnsName, row]),
  );
  expect(value.json.value.length).toBe(rows.size);
  for (const [index, { name }] of devices.entries()) {
    const row = rows.get(name);
    const right = rightAnswers(may[index] ?? [], revision, known);
    const risks = right.map((missing) => (missing === undefined ? "unknown" : missing.length > 0 ? "some" : "none"));
    const risk = row?.["riskScore"] === null ? "unknown" : row?.["riskScore"] === "None" ? "none" : "some";
    expect(row).toBeDefined();
    expect(risks).toContain(risk);
    expect((may[index] ?? []).map(({ os }) => os["build"])).toContain(row?.["osBuild"]);
  }
}

/** The rows of a device are those of one report under one catalog, whatever the others have. */
function checkExport({ revision, value, may }: Seen<Asked>, known: Known, devices: readonly Device[]): void {
  const rows: readonly { deviceName: string; status: string; recommendedSecurityUpdateId: string }[] = value.json.value;
  for (const [index, { name }] of devices.entries()) {
    const own = rows.filter(({ deviceName }) => deviceName === name);
    const isKnown = own.every(({ status }) => status === "assessed");
    const right = rightAnswers(may[index] ?? [], revision, known).map((missing) => missing?.map(({ id }) => id).sort());
    expect(right).toContainEqual(isKnown ? own.map((row) => row.recommendedSecurityUpdateId).sort() : undefined);
  }
}
