import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makePostgresPlace, postgresServers } from "../a-postgres.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";

const folder = mkdtempSync(join(tmpdir(), "patchgap-http-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fleet = (devices: number, ubr = 2965): readonly object[] =>
  Array.from({ length: devices }, (_, index) => anInventory(`pc-${index}`, ubr + (index % 3)));
const post = ({ ask }: TestServer, inventories: readonly object[]): Promise<Asked> =>
  ask("/api/inventories", { method: "POST", body: inventories });

async function walk({ ask }: TestServer, path: string): Promise<readonly { readonly id: string }[]> {
  const rows: { readonly id: string }[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Asked = await ask(next);
    expect(page.status).toBe(200);
    rows.push(...page.json.value);
    next = page.json["@odata.nextLink"];
  }
  return rows;
}

const paths = [
  "/api/machines?$orderby=computerDnsName desc&$top=20",
  "/api/machines?$filter=exposureLevel ne 'None' and startswith(computerDnsName,'PC-1')&$count=true",
  "/api/missingupdates",
  "/api/vulnerabilities?$top=5",
  "/api/software",
  "/api/machines/MissingKbsByMachine?pageSize=50",
];

describe.each(postgresServers)("the service on $name", (postgres) => {
  test("answers as on SQLite, byte for byte but for its own address", async () => {
    const place = await makePostgresPlace(postgres);
    const [one, other] = [await aServer({ database: place.url }), await aServer()];
    for (const server of [one, other]) await post(server, fleet(60));
    const texts = async (server: TestServer): Promise<readonly string[]> => {
      const answers: string[] = [];
      for (const path of paths) {
        const { status, text } = await server.ask(path);
        answers.push(`${status} ${text.replaceAll(server.origin, "").replace(/\$skiptoken=[^"]*/g, "")}`);
      }
      return answers;
    };
    const [ours, theirs] = [await texts(one), await texts(other)];
    expect(ours.every((text) => text.startsWith("200 "))).toBe(true);
    expect(ours).toEqual(theirs);
    await Promise.all([one.close(), other.close()]);
    await place.remove();
  });

  test("two servers: what one takes in the other lists, and a walk goes on at either while both take in more", async () => {
    const place = await makePostgresPlace(postgres);
    const [one, other] = [await aServer({ database: place.url }), await aServer({ database: place.url, documents: null })];
    await other.server.lookForKnowledge();
    await post(one, fleet(90));
    const before = (await walk(other, "/api/machines?pageSize=25")).map(({ id }) => id);
    expect(before).toHaveLength(90);
    let page = await one.ask("/api/machines?pageSize=10");
    const walked = [...page.json.value];
    for (let turn = 0; page.json["@odata.nextLink"] !== undefined; turn++) {
      const [server, beside] = turn % 2 === 0 ? [other, one] : [one, other];
      await Promise.all([post(one, fleet(40, 3000 + turn)), post(other, [anInventory(`new-${turn}`, 1)])]);
      page = await server.ask(String(page.json["@odata.nextLink"]).replace(beside.origin, server.origin));
      expect(page.status).toBe(200);
      walked.push(...page.json.value);
    }
    expect(walked.map(({ id }) => id)).toEqual(before);
    await Promise.all([one.close(), other.close()]);
    await place.remove();
  });
});
