import { afterAll, describe, expect, test } from "vitest";
import { openStore } from "../../src/compose.ts";
import { startServerPair } from "../a-replica.ts";
import { postgresPrograms } from "../postgres-servers.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";

// The copy of a server is made by `cp`.
const [program] = process.platform === "win32" ? [] : await postgresPrograms();
const pair = program === undefined ? undefined : await startServerPair(program);
afterAll(() => pair?.remove());

const fleet = (devices: number, ubr = 2965): readonly object[] =>
  Array.from({ length: devices }, (_, index) => anInventory(`pc-${index}`, ubr + (index % 3)));
const post = ({ ask }: TestServer, inventories: readonly object[]): Promise<Asked> =>
  ask("/api/inventories", { method: "POST", body: inventories });

test("a replica without a database that it is one of is wrong use", async () => {
  await expect(openStore({ data: "nowhere", databaseRead: "postgresql://h/x" })).rejects.toMatchObject({ code: "usage" });
});

describe.skipIf(pair === undefined)("the service with a replica", () => {
  test("answers alike whether the replica runs, is behind or is gone, sees at once what was stored, and says who answered", async () => {
    if (pair === undefined) return;
    const place = await pair.makePlace();
    const log: string[] = [];
    const one = await aServer({ database: place.url, databaseRead: place.readUrl, log });
    const other = await aServer({ database: place.url, documents: null });
    await other.server.lookForKnowledge();
    const paths = [
      "/api/machines?$filter=exposureLevel ne 'None'&$count=true",
      "/api/machines?$orderby=computerDnsName desc&$top=20",
      "/api/missingupdates",
      "/api/vulnerabilities?$top=5",
      "/api/machines/MissingKbsByMachine",
    ];
    const answersOf = async (server: TestServer): Promise<readonly string[]> => {
      const answers = await Promise.all(paths.map((path) => server.ask(path)));
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
      return answers.map(({ text }) => text.replaceAll(server.origin, ""));
    };
    const readBy = async (): Promise<readonly number[]> => {
      const { text } = await one.ask("/metrics");
      return ["replica", "primary"].map((by) =>
        Number(new RegExp(`^patchgap_replica_reads_total{by="${by}"} (\\d+)$`, "m").exec(text)?.[1]),
      );
    };
    const said = (): readonly string[] =>
      log.filter((line) => /replica/.test(line)).map((line) => (JSON.parse(line) as { msg: string }).msg);
    await post(one, fleet(30));
    await place.untilCaughtUp();
    expect(await answersOf(one)).toEqual(await answersOf(other));
    const [[replica = 0, primary = 0]] = [await readBy()];
    expect(replica).toBeGreaterThan(4);
    await place.pause();
    await post(other, [...fleet(30, 3000), anInventory("pc-new", 3001)]);
    expect((await one.ask("/api/machines?$count=true")).json["@odata.count"]).toBe(31);
    expect(await answersOf(one)).toEqual(await answersOf(other));
    expect((await readBy())[1]).toBeGreaterThan(primary + 4);
    await place.resume();
    expect(await answersOf(one)).toEqual(await answersOf(other));
    await pair.replica.kill();
    expect(await answersOf(one)).toEqual(await answersOf(other));
    expect(said()).toEqual([
      "the replica is behind: lists are read from the primary until it has caught up",
      "lists are read from the replica again",
      "the replica cannot be used: lists are read from the primary",
    ]);
    await pair.replica.start();
    await Promise.all([one.close(), other.close()]);
    await place.remove();
  });
});
