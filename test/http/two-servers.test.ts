import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";
import { type GrowingMonths, growingMonths, revisionOf, sampleFleet, walkThrough } from "./fleet-at-work.ts";

let months: GrowingMonths;
let one: TestServer;
let other: TestServer;
beforeEach(async () => {
  months = growingMonths();
  one = await aServer({ documents: months.first(4) });
  other = await aServer({ folder: one.folder });
});
afterEach(async () => {
  await other.close();
  await one.close();
  months.remove();
});

const post = ({ ask }: TestServer, body: object): Promise<Asked> => ask("/api/inventories", { method: "POST", body });
const pathOf = (link: string): string => new URL(link).pathname + new URL(link).search;

/** A client that is told to wait does so. */
async function patiently({ ask }: TestServer, path: string): Promise<Asked> {
  for (;;) {
    const answer = await ask(path);
    if (answer.status !== 503) return answer;
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    await pause(200);
  }
}

test("both see what either stored at once, whatever they are asked", async () => {
  for (const [index, [here, there]] of [
    [one, other],
    [other, one],
  ].entries()) {
    const name = `pc-${index}`;
    await post(here as TestServer, anInventory(name, 2965 + index));
    const { ask } = there as TestServer;
    expect((await ask(`/api/machines/${name}/getmissingkbs`)).json.value.length).toBe(1);
    expect((await ask("/api/machines?$filter=riskScore ne null")).json.value.length).toBe(index + 1);
    expect((await ask("/api/missingupdates")).json.value[0]).toMatchObject({ machineMissedOn: index + 1 });
    expect((await ask("/api/software/microsoft-_-windows_10/machineReferences")).json.value.length).toBe(index + 1);
    await (here as TestServer).ask(`/api/machines/${name}/tags`, { method: "POST", body: { Value: "mine", Action: "Add" } });
    expect((await ask("/api/machines/findbytag?tag=mine")).json.value.length).toBe(index + 1);
  }
  expect([one, other].map(({ server }) => server.fleet.epoch.evaluations)).toEqual([2, 2]);
});

test("one that starts where knowledge is does not listen before it has it", () => {
  expect([one, other].map(({ firstRevision }) => firstRevision)).toEqual([1, 1]);
});

test("both bring new knowledge into force, and answer alike", async () => {
  await post(one, sampleFleet());
  const paths = ["/api/machines/MissingKbsByMachine", "/api/vulnerabilities", "/api/software", "/api/machines"];
  const all = ({ ask }: TestServer): Promise<readonly Asked[]> => Promise.all(paths.map((path) => ask(path)));
  const bodies = (answers: readonly Asked[]): readonly unknown[] => answers.map(({ json }) => json.value);
  expect(bodies(await all(other))).toEqual(bodies(await all(one)));
  const before = bodies(await all(one));
  await one.sync(months.first(5));
  for (let tries = 0; other.server.fleet.revision < 2 && tries < 50; tries++) await pause(100);
  const [ours, theirs] = [await all(one), await all(other)];
  expect(new Set([...ours, ...theirs].map(revisionOf))).toEqual(new Set([2]));
  expect(bodies(theirs)).toEqual(bodies(ours));
  expect(bodies(ours)).not.toEqual(before);
});

test.each(["/api/machines?pageSize=40", "/api/machines/MissingKbsByMachine?pageSize=30", "/api/vulnerabilities?pageSize=5"])(
  "a walk through %s goes on at whichever server the next page is asked of",
  async (path) => {
    await post(one, sampleFleet());
    const { rows } = await walkThrough(one, path);
    let page = await one.ask(path);
    const walked = [...page.json.value];
    for (let pages = 1; page.json["@odata.nextLink"] !== undefined; pages++) {
      if (pages === 2) await one.sync(months.first(5));
      await post(pages % 2 === 0 ? one : other, [
        anInventory(`new-${pages}`, pages),
        { ...sampleFleet()[pages], os: { build: 26100, ubr: 9999 } },
      ]);
      page = await patiently(pages % 2 === 0 ? one : other, pathOf(page.json["@odata.nextLink"]));
      expect([page.status, revisionOf(page)]).toEqual([200, 1]);
      walked.push(...page.json.value);
    }
    expect(walked).toEqual(rows);
    const begun = await one.ask(path);
    expect(revisionOf(begun)).toBe(2);
    const next = await patiently(other, pathOf(begun.json["@odata.nextLink"]));
    expect([next.status, revisionOf(next)]).toEqual([200, 2]);
  },
);
