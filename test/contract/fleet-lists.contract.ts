import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entity } from "../../src/odata/entity.ts";
import { MACHINE_REFERENCES, MACHINES } from "../../src/odata/entity-fields.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import type { Filter } from "../../src/odata/filter.ts";
import { orderRows } from "../../src/odata/order-rows.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { printFilter } from "../../src/odata/print-filter.ts";
import { type Ordering, parseOrderBy } from "../../src/odata/property-lists.ts";
import type { DeviceQuery, FleetView, ListedDevice } from "../../src/stores/fleet-store.ts";
import { filters } from "../odata/arbitrary.ts";
import type { FleetStorePlace, OpenFleetStore } from "./fleet-store.contract.ts";
import { aCheckIn, epochs, FleetModel, hex, momentOf, oddCheckIns, standingsOf, wireRow } from "./made-up-fleet.ts";

/** Later than all check-ins; some devices are inactive by then, one of them just so. */
const at = momentOf(20 * 60 * 24, 7 * 40);
const all = 10_000;
const other = "33333333-3333-4333-8333-333333333333";

interface Case {
  readonly view: FleetView;
  readonly devices: readonly ListedDevice[];
}

/** How lists of devices that stumble over everything are filtered, ordered and cut into pages. */
export function describeFleetLists(name: string, makePlace: () => Promise<FleetStorePlace>): void {
  describe(`${name} lists devices as filters and orders say`, () => {
    let place: FleetStorePlace;
    let store: OpenFleetStore;
    let tenant: string;
    const model = new FleetModel();
    /** the fleet as it was when it was pinned, and as it is: most devices are others since; each under its own epoch */
    let cases: readonly [pinned: Case, now: Case];

    beforeAll(async () => {
      place = await makePlace();
      store = await place.open();
      tenant = (await store.tenants())[0]?.id ?? "";
      await store.addTenant({ id: other, alias: "other" });
      const [first, second] = [await store.epoch(epochs[0]), await store.epoch(epochs[1])];
      await store.keepStandings(first, standingsOf(0));
      await store.keepStandings(second, standingsOf(1));
      const checkIns = oddCheckIns();
      await take(checkIns);
      await change(checkIns.map(({ deviceId }) => deviceId).filter((_, index) => index % 3 === 1));
      const walk = await store.openWalk(tenant, { epoch: first, at, expiresAt: "9999-01-01T00:00:00.000Z" });
      const pinned = { view: { epoch: first, at, change: walk.change }, devices: model.listed(0) };
      const later = checkIns.filter((_, index) => index % 5 !== 0);
      await take(later.map((checkIn, index) => ({ ...(checkIns[(index * 7) % checkIns.length] ?? checkIn), deviceId: checkIn.deviceId })));
      await take([aCheckIn("new since", 5, 2), aCheckIn("_", 6, 3)]);
      await change(later.map(({ deviceId }) => deviceId).filter((_, index) => index % 4 === 1));
      cases = [pinned, { view: { epoch: second, at }, devices: model.listed(1) }];
    });
    afterAll(async () => {
      await store.close();
      await place.remove();
    });

    /** another tenant has the same, a little otherwise: none of it may be seen */
    async function take(checkIns: Parameters<OpenFleetStore["checkIn"]>[1]): Promise<void> {
      await store.checkIn(tenant, checkIns);
      await store.checkIn(
        other,
        checkIns.map((checkIn) => ({ ...checkIn, name: `${checkIn.name} of another` })),
      );
      for (const checkIn of checkIns) model.checkIn(checkIn);
    }

    async function change(deviceIds: readonly string[]): Promise<void> {
      const edits = [{ value: "High" }, { removeTags: ["same", "it's", "group:a"], value: "Low" }, { addTags: ["group:x", "%"] }] as const;
      for (const [index, edit] of edits.entries()) {
        const some = deviceIds.filter((_, position) => position % 3 === index);
        await store.editDevices(tenant, some, edit);
        model.edit(some, edit);
      }
    }

    const idsOf = async (query: DeviceQuery): Promise<readonly string[]> =>
      (await store.listDevices(tenant, query)).devices.map(({ deviceId }) => deviceId);

    test("every field of every device, ordered by id, as it is and as it was", async () => {
      expect(cases[0].devices.length).toBeGreaterThan(100);
      for (const { view, devices } of cases) {
        expect((await store.listDevices(tenant, { view, limit: all })).devices).toEqual(devices);
      }
      expect(cases[0].devices).not.toEqual(cases[1].devices);
    });

    test("devices that have one of some inventories only", async () => {
      for (const { view, devices } of cases) {
        const digests = [...new Set(devices.map(({ digest }) => digest))];
        for (const wanted of [[], digests.slice(0, 1), digests.slice(2, 5), ["'", "unknown"], digests]) {
          const expected = devices.filter(({ digest }) => wanted.includes(digest)).map(({ deviceId }) => deviceId);
          expect(await idsOf({ view, digests: wanted, limit: all })).toEqual(expected);
          const page = await store.listDevices(tenant, { view, digests: wanted, limit: 3, after: expected[1] ?? "", count: true });
          expect(page.total).toBe(expected.length);
          expect(page.devices.map(({ deviceId }) => deviceId)).toEqual(expected.slice(2, 5));
        }
      }
    });

    test("devices whose report is another since", async () => {
      const { view, devices } = cases[1];
      for (const minutes of [0, 5, 6, 7, 30 * 60 * 24, 30 * 60 * 24 + 3, 40 * 60 * 24]) {
        const changedSince = momentOf(minutes);
        const expected = devices.filter(({ deviceId }) => model.changedAt(deviceId) >= changedSince).map(({ deviceId }) => deviceId);
        expect(await idsOf({ view, changedSince, limit: all })).toEqual(expected);
      }
    });

    function describeFilters(entity: Entity, runs: number, seed: number): void {
      test(`${runs} random filters on ${entity.name} choose what the filter in memory chooses, pinned and not`, async () => {
        const rows = cases.map(({ view, devices }) => devices.map((device) => wireRow(device, view.at)));
        let [met, asked] = [0, 0];
        const agrees = async (filter: Filter): Promise<void> => {
          for (const [index, { view }] of cases.entries()) {
            const expected = (rows[index] ?? []).filter((row) => meets(filter, row)).map(({ id }) => id);
            const { devices, total } = await store.listDevices(tenant, { view, filter, limit: all, count: true });
            expect(devices.map(({ deviceId }) => deviceId)).toEqual(expected);
            expect(total).toBe(expected.length);
            asked += rows[index]?.length ?? 0;
            met += expected.length;
          }
        };
        await fc.assert(fc.asyncProperty(filters(entity, rows.flat()), agrees), { numRuns: runs, seed });
        expect(met).toBeGreaterThan(asked / 10);
        expect(met).toBeLessThan((asked * 9) / 10);
      });
    }
    describeFilters(MACHINES, 2_000, 20_260_320);
    describeFilters(MACHINE_REFERENCES, 400, 20_260_321);

    /** Each kind of condition on each property, with each of its values: what chance may pass over. */
    test("every value of every property is found by its own filter and by no other's", async () => {
      const { view, devices } = cases[0];
      const rows = devices.map((device) => wireRow(device, at));
      const texts = ["computerDnsName", "lastIpAddress", "version", "osPlatform", "deviceValue", "riskScore"];
      for (const property of texts) {
        const values = [...new Set(rows.map((row) => row[property]))].filter((value) => typeof value === "string" && !value.includes("\0"));
        for (const value of values) {
          const quoted = `'${String(value).replaceAll("'", "''")}'`;
          const conditions = [`${property} eq ${quoted}`, `endswith(${property},${quoted})`, `not contains(${property},${quoted})`];
          for (const text of [...conditions, `startswith(${property},${quoted})`]) {
            const filter = parseFilter(text, MACHINES);
            const expected = rows.filter((row) => meets(filter, row)).map(({ id }) => id);
            expect(await idsOf({ view, filter, limit: all }), text).toEqual(expected);
          }
        }
      }
    });

    test.each([
      ["computerDnsName eq 'o''BRIEN'", "O'Brien"],
      ["computerDnsName eq 'ÜNÏ'", "ÜNÏ"],
      ["computerDnsName eq 'a%B_C'", "a%b_c"],
      [
        "endswith(computerDnsName,'b') and startswith(computerDnsName,'a') and not contains(computerDnsName,'\\')",
        'a"b,a\0b,a;b,axb,a_b,a\r\nb',
      ],
      ["computerDnsName eq '?'", "?"],
    ])("%s finds %j", async (text, names) => {
      const { view } = cases[0];
      const { devices } = await store.listDevices(tenant, { view, filter: parseFilter(text, MACHINES), limit: all });
      const found = devices.map((device) => device.name).filter((each) => !/^(?:pc|a\0?`)/i.test(each));
      expect(found.sort()).toEqual(names.split(",").sort());
    });

    test("an `or` at the top of a filter leads out of no tenant, no moment, no page and no other restriction", async () => {
      const filter = parseFilter("isExcluded eq true or isExcluded eq false", MACHINES);
      for (const { view, devices } of cases) {
        const ids = devices.map(({ deviceId }) => deviceId);
        expect(await idsOf({ view, filter, limit: all })).toEqual(ids);
        expect(await idsOf({ view, filter, after: ids[9] ?? "", limit: all })).toEqual(ids.slice(10));
        expect(await idsOf({ view, filter, digests: [], limit: all })).toEqual([]);
        expect(await idsOf({ view, filter, changedSince: "9999-01-01T00:00:00.000Z", limit: all })).toEqual([]);
      }
    });

    async function expectOrder(orderBy: readonly Ordering[], { view, devices }: Case, pageSize = all): Promise<void> {
      const rows = devices.map((device) => wireRow(device, view.at));
      const expected = orderRows(rows, orderBy).map(({ id }) => id);
      const listed: string[] = [];
      for (let page: readonly string[] = ["first"]; page.length > 0; listed.push(...page)) {
        page = await idsOf({ view, orderBy, limit: pageSize, skip: listed.length });
      }
      expect(listed).toEqual(expected);
    }

    const orderings = [MACHINES, MACHINE_REFERENCES].flatMap((entity) =>
      entity.fields
        .filter(({ orderable }) => orderable)
        .map((field) => ({ entity, text: field.name, label: `${entity.name} ${field.name}` })),
    );
    test.each(orderings)("order by $label, up and down, null first and last, the id behind", async ({ entity, text }) => {
      for (const each of cases) {
        await expectOrder(parseOrderBy(text, entity), each);
        await expectOrder(parseOrderBy(`${text} desc`, entity), each, 50);
      }
    });

    test("null comes first upwards and last downwards", async () => {
      const versions = async (text: string): Promise<readonly (string | null)[]> => {
        const list = await store.listDevices(tenant, { view: cases[0].view, orderBy: parseOrderBy(text, MACHINES), limit: all });
        return list.devices.map(({ standing }) => standing?.release ?? null);
      };
      const [up, down] = [await versions("version"), await versions("version desc")];
      expect([up[0], up.at(-1), down[0], down.at(-1)]).toEqual([null, "27H2", "27H2", null]);
    });

    test("300 random orders come as in memory, page by page", async () => {
      const names = MACHINES.fields.filter(({ orderable }) => orderable).map((field) => field.name);
      const order = fc
        .shuffledSubarray(names, { minLength: 1, maxLength: 5 })
        .chain((properties) =>
          fc
            .array(fc.boolean(), { minLength: properties.length, maxLength: properties.length })
            .map((down) => properties.map((property, index) => `${property}${down[index] ? " desc" : ""}`).join(",")),
        );
      await fc.assert(
        fc.asyncProperty(order, fc.integer({ min: 20, max: 200 }), fc.nat(1), async (text, pageSize, index) => {
          await expectOrder(parseOrderBy(text, MACHINES), cases[index] ?? cases[0], pageSize);
        }),
        { numRuns: 300, seed: 20_260_322 },
      );
    });

    test("filter, order, page and count together", async () => {
      const filter = parseFilter("machineTags/any() and not (lastIpAddress eq null)", MACHINES);
      const orderBy = parseOrderBy("healthStatus desc,computerDnsName", MACHINES);
      for (const { view, devices } of cases) {
        const rows = devices.map((device) => wireRow(device, at)).filter((row) => meets(filter, row));
        const expected = orderRows(rows, orderBy).map(({ id }) => id);
        const list = await store.listDevices(tenant, { view, filter, orderBy, skip: 7, limit: 11, count: true });
        expect(list.devices.map(({ deviceId }) => deviceId)).toEqual(expected.slice(7, 18));
        expect(list.total).toBe(expected.length);
      }
    });

    test("the largest filters and lists that a query may have are answered", async () => {
      const { view, devices } = cases[0];
      const rows = devices.map((device) => wireRow(device, at));
      const ids = devices.map(({ deviceId }) => `'${deviceId}'`);
      const values = Array.from({ length: 340 }, (_, index) => ids[index] ?? `'${index}'`);
      const texts = [
        Array.from({ length: 199 }, (_, index) => `contains(computerDnsName,'${index % 10}')`).join(" or "),
        Array.from({ length: 199 }, (_, index) => `machineTags/any(t: t ne '${index}')`.slice(0, 60))
          .slice(0, 99)
          .join(" and "),
        `${"not (".repeat(15)}computerDnsName eq 'pc-1'${")".repeat(15)}`,
        `id in (${values.join(",")})`,
      ];
      for (const text of texts) {
        const filter = parseFilter(text, MACHINES);
        expect(parseFilter(printFilter(filter), MACHINES)).toEqual(filter);
        const expected = rows.filter((row) => meets(filter, row)).map(({ id }) => id);
        expect(await idsOf({ view, filter, limit: all })).toEqual(expected);
      }
    });

    test("a tenant that has nothing has empty lists", async () => {
      const nobody = "44444444-4444-4444-8444-444444444444";
      for (const { view } of cases) {
        expect(await store.listDevices(nobody, { view, limit: all, count: true })).toMatchObject({ devices: [], total: 0 });
        expect((await store.countDigests(nobody, view)).counts).toEqual([]);
      }
      expect(cases[0].devices.some(({ deviceId }) => deviceId === hex("odd 1"))).toBe(true);
    });
  });
}
