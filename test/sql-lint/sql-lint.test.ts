import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { MACHINES } from "../../src/odata/entity-fields.ts";
import { parseOrderBy } from "../../src/odata/property-lists.ts";
import { citusDialect, dialect } from "../../src/stores/postgres/dialect.ts";
import { deviceTables, migrations } from "../../src/stores/postgres/migrations.ts";
import { nodeTable } from "../../src/stores/postgres/placement.ts";
import { listStatements } from "../../src/stores/sql/device-list.ts";
import { makePostgresPlace, postgresServers } from "../a-postgres.ts";
import { allOf } from "../all-of.ts";
import { aDocument } from "../builders/documents.ts";
import { aCheckIn, hex, momentOf, standingsOf } from "../contract/made-up-fleet.ts";
import { filters } from "../odata/arbitrary.ts";
import { execute } from "../postgres-servers.ts";
import { lintSql, lintSqlOnCitus } from "./lint-sql.ts";

test.each([
  ["CREATE TABLE device (device_id text, other text PRIMARY KEY)", "a key without device_id"],
  ["CREATE TABLE device (device_id text, a text, b text, PRIMARY KEY (a, b))", "a key without device_id"],
  ["CREATE TABLE device_history (device_id text PRIMARY KEY, number bigint UNIQUE)", "a key without device_id"],
  ["ALTER TABLE device_past ADD CONSTRAINT once UNIQUE (name)", "a key without device_id"],
  ["CREATE UNIQUE INDEX one_name ON device (tenant_id, name_key)", "a unique index without device_id"],
  ["CREATE TABLE device (device_id text PRIMARY KEY, number bigserial)", "a serial number"],
  ["ALTER TABLE device ADD COLUMN number serial", "a serial number"],
  ["CREATE TABLE device (device_id text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY)", "an identity column"],
  [
    "CREATE TABLE device_past (device_id text PRIMARY KEY, name text, FOREIGN KEY (name) REFERENCES device (name))",
    "a foreign key between devices without device_id",
  ],
  ["CREATE TABLE device_past (device_id text PRIMARY KEY, was text REFERENCES device)", "a foreign key between devices without device_id"],
  ["LISTEN changes", "LISTEN"],
  ["NOTIFY changes", "NOTIFY"],
  ["SELECT pg_notify('changes', '')", "pg_notify()"],
  ["SELECT 1 FROM walk WHERE pg_try_advisory_xact_lock(1)", "an advisory lock"],
  ["SELECT nextval('numbers')", "nextval()"],
  ["CREATE TRIGGER t AFTER INSERT ON walk FOR EACH ROW EXECUTE FUNCTION f()", "a trigger"],
  ["UPDATE device SET device_id = 'x'", "an update of device_id"],
  [
    "INSERT INTO device (device_id) VALUES ('x') ON CONFLICT (tenant_id, device_id) DO UPDATE SET device_id = excluded.device_id",
    "an update of device_id",
  ],
  ["INSERT INTO device (device_id) VALUES ('x') ON CONFLICT (name) DO UPDATE SET name = ''", "a conflict that is not on device_id"],
  ["SELECT * FROM device WHERE name = '' FOR UPDATE", "rows of devices that are locked: a lock across nodes"],
  ["LOCK TABLE walk", "a lock of a whole table"],
  ["CREATE TABLE walk (id text PRIMARY KEY, seen text REFERENCES device (device_id))", "a foreign key from every node to devices"],
  ["ALTER TABLE walk ADD FOREIGN KEY (walk_id) REFERENCES device_past", "a foreign key from every node to devices"],
  ["CREATE TABLE something_new (id text PRIMARY KEY)", "a table that nobody says where to put"],
  ["CREATE TEMP TABLE walk (id text PRIMARY KEY)", "a temporary table"],
  ["CREATE SEQUENCE numbers", "a sequence"],
  ["SET statement_timeout = 5", "a setting of a session"],
  ["SELECT set_config('a.b', '1', false)", "a setting of a session"],
  ["UPDATE walk SET walk_id = gen_random_uuid()::text", "a change that each node works out otherwise"],
  ["DELETE FROM device WHERE random() < 0.5", "a change that each node works out otherwise"],
  ["SELECT d.name FROM device d JOIN standing s ON s.digest = d.digest FOR UPDATE", "rows of devices that are locked: a lock across nodes"],
  [
    "WITH locked AS (SELECT name FROM device FOR SHARE) SELECT count(*) FROM locked",
    "rows of devices that are locked: a lock across nodes",
  ],
  ["WITH moved AS (UPDATE device SET device_id = 'x' RETURNING name) SELECT name FROM moved", "an update of device_id"],
  ["SELECT d.name FROM device d JOIN device_history h ON h.digest = d.digest", "devices joined by something else than device_id"],
  ["SELECT row_number() OVER (PARTITION BY tenant_id) FROM device", "a window that does not part by device_id"],
  ["SELECT rank() OVER w FROM device WINDOW w AS (ORDER BY name)", "a window that does not part by device_id"],
])("the check sees what is wrong with: %s", (sql, complaint) => {
  expect(lintSql(sql)).toEqual([complaint]);
  expect(lintSqlOnCitus(sql)).toEqual([complaint]);
});

test.each([
  ["SELECT device_id FROM device UNION ALL SELECT device_id FROM device_past ORDER BY 1", "a union of devices that is not within a query"],
  [
    "SELECT count(*) FROM (SELECT digest FROM device UNION ALL SELECT digest FROM device_past) AS arm",
    "a union of devices without device_id",
  ],
  [
    "SELECT i.digest FROM inventory i WHERE EXISTS (SELECT 1 FROM device d WHERE d.digest = i.digest)",
    "a table of every node that is asked what devices have",
  ],
])("the check sees what must not be sent to Citus: %s", (sql, complaint) => {
  expect(lintSql(sql)).toEqual([]);
  expect(lintSqlOnCitus(sql)).toEqual([complaint]);
});

test("the check sees nothing wrong where nothing is", () => {
  expect(lintSql("CREATE TABLE device (a text, device_id text, PRIMARY KEY (a, device_id))")).toEqual([]);
  for (const sql of [
    "CREATE TABLE walk (id bigserial PRIMARY KEY)",
    "SELECT set_config('a.b', '1', true)",
    "SELECT d.name FROM device d JOIN device_history h ON h.tenant_id = d.tenant_id AND h.device_id = d.device_id",
    "SELECT row_number() OVER (PARTITION BY tenant_id, device_id ORDER BY at) FROM device_history",
    "SELECT * FROM (SELECT d.device_id, d.name FROM device d UNION ALL SELECT d.device_id, d.name FROM device_past d) AS arm ORDER BY name",
    "SELECT DISTINCT digest FROM device WHERE digest IN (SELECT digest FROM inventory)",
  ]) {
    expect(lintSqlOnCitus(sql), sql).toEqual([]);
  }
  expect(() => lintSql("SELECT FROM WHERE")).toThrow();
});

test("migrations can be distributed: every table of devices has device_id in all its keys", () => {
  expect(migrations.flatMap(lintSql)).toEqual([]);
  for (const table of deviceTables) expect(migrations.some((sql) => sql.includes(`CREATE TABLE ${table} (`))).toBe(true);
  // What is said of the one file holds only as long as it would be seen.
  const broken = migrations.map((sql) => sql.replaceAll("PRIMARY KEY (tenant_id, device_id", "PRIMARY KEY (tenant_id, name_or_so"));
  expect(broken.flatMap(lintSql)).toHaveLength(deviceTables.length);
});

test("what Citus cannot take is seen where the statements of one server would be sent to it", () => {
  const view = { epoch: 1, at: momentOf(1), change: 7 };
  const { listStatement, countStatement } = listStatements(dialect);
  expect(lintSqlOnCitus(listStatement("t", { view, limit: 5 }).sql)).toEqual(["a union of devices that is not within a query"]);
  expect(lintSqlOnCitus(countStatement("t", { view, limit: 5 }).sql)).toEqual(["a union of devices without device_id"]);
});

test("a thousand lists of all kinds can be answered from distributed tables", () => {
  const { listStatement, countStatement, digestsStatement } = listStatements(citusDialect);
  const orderBy = parseOrderBy("healthStatus desc,riskScore,computerDnsName", MACHINES);
  fc.assert(
    fc.property(filters(MACHINES), fc.boolean(), (filter, isPinned) => {
      const view = { epoch: 1, at: momentOf(1), ...(isPinned ? { change: 7 } : {}) };
      const query = { view, filter, digests: ["d"], changedSince: momentOf(0), limit: 5 };
      for (const { sql, values } of [
        listStatement("t", { ...query, orderBy }),
        listStatement("t", { ...query, after: "a" }),
        countStatement("t", query),
        digestsStatement("t", view, isPinned),
      ]) {
        expect(lintSqlOnCitus(sql)).toEqual([]);
        expect(new Set(sql.match(/\$\d+/g)).size).toBe(values.length);
      }
    }),
    { numRuns: 1_000, seed: 20_261_124 },
  );
});

describe.each(postgresServers.slice(0, 1))("on $name", (server) => {
  test.each([
    ["one-server", lintSql],
    ["distributed", lintSqlOnCitus],
  ] as const)("every statement that any call sends can run on distributed tables: %s", async (placement, lint) => {
    const sent = new Set<string>();
    const called = new Set<string>();
    const place = await makePostgresPlace(server, { placement, observe: (sql) => void sent.add(sql) });
    await execute(place.url, `CREATE TABLE IF NOT EXISTS ${nodeTable} (device_id text PRIMARY KEY)`);
    const opened = await place.open();
    const store = new Proxy(opened, {
      get: (target, name: keyof typeof opened & string) => {
        called.add(name);
        return target[name];
      },
    });
    const tenant = (await store.tenants())[0]?.id ?? "";
    await store.addTenant({ id: "t", alias: "t" });
    const document = store.unpack({ contentDigest: "", body: store.pack(aDocument({ id: "d" })).body });
    const record = { id: "d", revision: "1", currentRelease: "", digest: "", contentDigest: "", source: "", importedAt: "" };
    const { generation } = await store.holdings();
    const catalog = { compiled: new Uint8Array(), compiledWith: "", contentHash: "", createdAt: "", releaseHistory: "[]" };
    await store.commit({ ...catalog, basedOn: generation, documents: [{ record, body: store.pack(document).body }] });
    await allOf(store.readDocuments());
    await allOf(store.readDocuments(["d"]));
    await store.currentCatalog().catch(() => undefined);
    const epoch = await store.epoch({ contentHash: "c", asOf: "", rules: "" });
    await store.keepStandings(epoch, standingsOf(0));
    await store.digestsWithoutStanding(epoch, 5);
    await store.checkIn(tenant, [aCheckIn("a", 5, 1), aCheckIn("b", 5, 1)], [{ epoch, standings: standingsOf(1) }]);
    const walk = await store.openWalk(tenant, { epoch, at: momentOf(1), expiresAt: momentOf(900) });
    await store.checkIn(tenant, [
      aCheckIn("a", 6, 2),
      aCheckIn("b", 1, 3),
      aCheckIn("b", 5, 4),
      aCheckIn("new", 5, 1),
      aCheckIn("new", 4, 2),
    ]);
    await store.checkIn(tenant, [aCheckIn("b", 5, 1), aCheckIn("a", 7, 2)]);
    await store.checkIn(tenant, [aCheckIn("new", 3, 2)]);
    await store.editDevices(tenant, [hex("a")], { addTags: ["x"] });
    await store.walk(tenant, walk.id, momentOf(1));
    await store.prolongWalk(walk.id, momentOf(999));
    const view = { epoch, at: momentOf(1), change: walk.change };
    await store.listDevices(tenant, { view, limit: 5, count: true });
    await store.listDevices(tenant, { view, limit: 5, isBrief: true });
    await store.listDevices(tenant, { view: { epoch, at: momentOf(1) }, limit: 5, asksIfExamined: true });
    await store.digestsWithoutStanding(epoch, 5, walk.change);
    await store.countDigests(tenant, view, { byGroup: true });
    await store.lastChange();
    await store.inventories([aCheckIn("a", 1, 1).digest]);
    await store.inventory("d");
    await store.device(tenant, hex("a"));
    await store.digestsOf(tenant, [hex("a")]);
    await store.devicesNamed(tenant, "a");
    await store.devices(tenant, { limit: 1 });
    await store.history(tenant, hex("a"));
    await store.deviceCounts(tenant);
    await store.outsideChanges();
    const { client } = newClient({ tenantId: tenant, name: "n", roles: [], createdAt: 0 });
    await store.clients.add(client);
    await store.clients.find(client.clientId);
    await store.clients.list(tenant);
    await store.clients.revoke(client.clientId, 1);
    await store.signingKeys.add({ kid: "k", privateKey: "", createdAt: 0 });
    await store.signingKeys.list();
    await store.signingKeys.remove("k");
    await store.secret("s", () => new Uint8Array(1));
    const session = { kind: "session", keyHash: `sha256:${"0".repeat(64)}` } as const;
    await store.sessions.keep(session, { value: "{}", expiresAt: 10 }, 1);
    await store.sessions.find(session, 1);
    await store.sessions.prolong(session, 20, 1);
    await store.sessions.take(session, 1);
    await store.forgetEpochs([], momentOf(1_000));
    await store.close();
    await place.remove();
    expect([...called].sort()).toEqual(Object.keys(opened).sort());
    expect(sent.size).toBeGreaterThan(50);
    const ofPlacement =
      placement === "distributed" ? ["FROM (SELECT", nodeTable, "set_config"] : ["SELECT value FROM fleet_change WHERE id = 1 FOR UPDATE"];
    for (const word of [
      "DELETE FROM device_history",
      "INSERT INTO device_past",
      "FOR UPDATE",
      "row_number()",
      "min(device_id)",
      ...ofPlacement,
    ])
      expect(
        [...sent].some((sql) => sql.includes(word)),
        word,
      ).toBe(true);
    expect([...sent].map((sql) => ({ sql, complaints: lint(sql) })).filter(({ complaints }) => complaints.length > 0)).toEqual([]);
  });
});
