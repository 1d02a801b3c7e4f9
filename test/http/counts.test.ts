import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Examination } from "../../src/domain/assessment/examine.ts";
import { vendorOfServiced } from "../../src/domain/windows/software-id.ts";
import { onCitus } from "../slow-machine.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { type DirectAnswers, directAnswers, type Reported, sampleFleet } from "./fleet-at-work.ts";

const runs = 25;
const limitMs = onCitus(120_000);
const tenants = Array.from({ length: runs + 1 }, (_, index) => `tenant-${index}`);
const fleet = sampleFleet();
let server: TestServer;
let direct: DirectAnswers;
beforeAll(async () => {
  server = await aServer({ tenants });
  direct = await directAnswers(server.store);
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: rows as they come
type Rows = readonly any[];

async function rowsOf(tenant: string, path: string): Promise<Rows> {
  const { status, json, text } = await server.ask(path, { tenant });
  expect(status, `${path}: ${text.slice(0, 200)}`).toBe(200);
  return json.value;
}

/** Counts that are made by looking at one device after the other, as nobody with a large fleet would. */
class Recount {
  readonly #devices: readonly Examination[];

  constructor(devices: readonly Examination[]) {
    this.#devices = devices;
  }

  devicesWith(accepts: (device: Examination) => boolean): number {
    return this.#devices.filter(accepts).length;
  }

  /** ids of the CVEs that updates fix by themselves, over all devices; `ADV…` left out */
  fixedBy(kb: string, softwareId: string): ReadonlySet<string> {
    return this.#cves((device) =>
      device.shortfall.updates
        .filter((update) => update.kb === kb)
        .flatMap(({ fixes }) => fixes.filter((fix) => fix.softwareId === softwareId)),
    );
  }

  openIn(softwareId: string, accepts: (device: Examination) => boolean = () => true): ReadonlySet<string> {
    return this.#cves((device) => (accepts(device) ? device.shortfall.open.filter((part) => part.softwareId === softwareId) : []));
  }

  all<T>(list: (device: Examination) => readonly T[]): readonly T[] {
    return [...new Set(this.#devices.flatMap(list))];
  }

  #cves(partsOf: (device: Examination) => readonly { readonly cves: readonly number[] }[]): ReadonlySet<string> {
    const indices = this.#devices.flatMap((device) => partsOf(device).flatMap(({ cves }) => cves));
    return new Set(indices.map((index) => direct.catalog.content.cves[index]?.id ?? "").filter((id) => id.startsWith("CVE-")));
  }
}

const isOpenIn = (device: Examination, softwareId: string): boolean => device.shortfall.open.some((part) => part.softwareId === softwareId);
const misses = (device: Examination, kb: string, softwareId: string): boolean =>
  device.shortfall.updates.some((update) => update.kb === kb && update.fixes.some((fix) => fix.softwareId === softwareId));
const opensCve = (device: Examination, id: string): boolean =>
  device.shortfall.open.some(({ cves }) => cves.some((index) => direct.catalog.content.cves[index]?.id === id));
const keyOf = ({ vendor, softwareId }: { vendor: string; softwareId: string }): string => `${vendor}-_-${softwareId}`;
const hasInstalled = (device: Examination, key: string): boolean => device.products.some((product) => keyOf(product) === key);

async function checkDevices(tenant: string, devices: readonly Reported[]): Promise<void> {
  for (const device of devices) {
    const { status, json } = await server.ask(`/api/machines/${device.deviceName}/getmissingkbs`, { tenant });
    const { assessment, shortfall } = direct.examine(device);
    if (assessment.missing === null) {
      expect([400, 404]).toContain(status);
      continue;
    }
    expect(json.value).toEqual(direct.missingKbs(device));
    for (const row of json.value) {
      const fixes = shortfall.updates.filter(({ kb }) => kb === row.id).flatMap((update) => update.fixes);
      const pairs = new Set(
        fixes.flatMap(({ softwareId, cves }) => cves.filter(direct.catalog.isCve, direct.catalog).map((cve) => `${softwareId} ${cve}`)),
      );
      expect(row).toMatchObject({ machineMissedOn: 1, cveAddressed: pairs.size });
    }
  }
}

async function checkUpdates(tenant: string, recount: Recount): Promise<void> {
  const rows = await rowsOf(tenant, "/api/missingupdates");
  const kbs = recount.all(({ assessment }) => (assessment.missing ?? []).map(({ id }) => id));
  expect(rows.map(({ id }) => id).sort()).toEqual([...kbs].sort());
  for (const row of rows) {
    const software = recount.all(({ shortfall }) =>
      shortfall.updates.filter(({ kb }) => kb === row.id).flatMap(({ fixes }) => fixes.map(({ softwareId }) => softwareId)),
    );
    const fixed = software.map((softwareId) => recount.fixedBy(row.id, softwareId));
    const ids = [...new Set(fixed.flatMap((own) => [...own]))].sort();
    expect(row).toMatchObject({
      machineMissedOn: recount.devicesWith(({ assessment }) => assessment.missing?.some(({ id }) => id === row.id) === true),
      cveAddressed: fixed.reduce((sum, own) => sum + own.size, 0),
      distinctCves: ids.length,
      cveIds: ids,
    });
    expect([...row.productsNames].sort()).toEqual(
      [
        ...recount.all(({ assessment }) =>
          (assessment.missing ?? []).filter(({ id }) => id === row.id).flatMap(({ productsNames }) => productsNames),
        ),
      ].sort(),
    );
    const machines = await rowsOf(tenant, `/api/missingupdates/${row.id}/machines`);
    expect(machines.length).toBe(row.machineMissedOn);
  }
}

async function checkSoftware(tenant: string, recount: Recount): Promise<void> {
  const rows = await rowsOf(tenant, "/api/software");
  const installed = recount.all(({ products }) => products.map(keyOf));
  const open = recount.all(({ shortfall }) =>
    shortfall.updates.flatMap(({ fixes }) => fixes.map(({ softwareId }) => keyOf({ vendor: vendorOfServiced(softwareId), softwareId }))),
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...new Set([...installed, ...open])].sort());
  for (const { id, name, vendor, isNormalized, ...row } of rows) {
    const isServiced = isNormalized === true && vendor === vendorOfServiced(name);
    expect(row).toMatchObject({
      installedMachines: recount.devicesWith((device) => hasInstalled(device, id)),
      exposedMachines: isServiced ? recount.devicesWith((device) => isOpenIn(device, name)) : 0,
      weaknesses: isServiced ? recount.openIn(name).size : 0,
    });
    await checkVersions(tenant, recount, id, isServiced ? name : "");
    const references = await rowsOf(tenant, `/api/software/${id}/machineReferences`);
    expect(references.length).toBe(row.installedMachines);
    const kbs = await rowsOf(tenant, `/api/software/${id}/getmissingkbs`);
    const missing = recount.all(({ shortfall }) =>
      shortfall.updates.filter(({ fixes }) => fixes.some(({ softwareId }) => isServiced && softwareId === name)).map(({ kb }) => kb),
    );
    expect(kbs.map((each) => each.id).sort()).toEqual([...missing].sort());
    for (const kb of kbs) {
      expect(kb).toMatchObject({
        osBuild: null,
        productsNames: [name],
        machineMissedOn: recount.devicesWith((device) => misses(device, kb.id, name)),
        cveAddressed: recount.fixedBy(kb.id, name).size,
      });
      // The same by the words of the device's own call.
      expect(kb.machineMissedOn).toBe(
        recount.devicesWith(
          ({ assessment }) => assessment.missing?.some((update) => update.id === kb.id && update.productsNames.includes(name)) === true,
        ),
      );
    }
    const cves = await rowsOf(tenant, `/api/software/${id}/vulnerabilities`);
    expect(cves.map((cve) => cve.id).sort()).toEqual(isServiced ? [...recount.openIn(name)].sort() : []);
  }
}

async function checkVersions(tenant: string, recount: Recount, key: string, servicedAs: string): Promise<void> {
  const has = (device: Examination, version: string): boolean =>
    device.products.some((product) => keyOf(product) === key && product.version === version);
  const rows = await rowsOf(tenant, `/api/software/${key}/distributions`);
  const versions = recount.all(({ products }) => products.filter((product) => keyOf(product) === key).map(({ version }) => version));
  expect(rows.map(({ version }) => version).sort()).toEqual([...versions].sort());
  for (const { version, installations, vulnerabilities } of rows) {
    expect(installations).toBe(recount.devicesWith((device) => has(device, version)));
    expect(vulnerabilities).toBe(servicedAs === "" ? 0 : recount.openIn(servicedAs, (device) => has(device, version)).size);
  }
}

async function checkRest(tenant: string, recount: Recount): Promise<void> {
  for (const { id, exposedMachines } of await rowsOf(tenant, "/api/vulnerabilities")) {
    expect(exposedMachines).toBe(recount.devicesWith((device) => opensCve(device, id)));
    if (exposedMachines > 0) expect((await rowsOf(tenant, `/api/vulnerabilities/${id}/machineReferences`)).length).toBe(exposedMachines);
  }
  const recommendations = await rowsOf(tenant, "/api/recommendations");
  const affected = recount.all(({ shortfall }) => shortfall.updates.flatMap(({ fixes }) => fixes.map(({ softwareId }) => softwareId)));
  expect(recommendations.map(({ productName }) => productName).sort()).toEqual([...affected].sort());
  for (const { id, productName, totalMachineCount, exposedMachinesCount, weaknesses } of recommendations) {
    expect(totalMachineCount).toBe(recount.devicesWith((device) => hasInstalled(device, id.replace("va-_-", ""))));
    expect(exposedMachinesCount).toBe(recount.devicesWith((device) => isOpenIn(device, productName)));
    expect(weaknesses).toBe(recount.openIn(productName).size);
    expect((await rowsOf(tenant, `/api/recommendations/${id}/machineReferences`)).length).toBe(exposedMachinesCount);
  }
}

async function checkAll(tenant: string, devices: readonly Reported[]): Promise<void> {
  await server.ingest(devices, tenant);
  const recount = new Recount(devices.map(direct.examine));
  await checkDevices(tenant, devices);
  await checkUpdates(tenant, recount);
  await checkSoftware(tenant, recount);
  await checkRest(tenant, recount);
}

test("every count of the sample's fleet is what looking at each device gives", async () => {
  await checkAll("tenant-0", fleet);
  const paths = ["/api/missingupdates", "/api/software", "/api/recommendations"];
  for (const path of paths) expect((await rowsOf("tenant-0", path)).length).toBeGreaterThan(5);
});

/** A device of the sample at another level, with other software, or with a list that could not be read; several have the same. */
const madeUp = fc
  .record({
    like: fc.nat(fleet.length - 1),
    softwareOf: fc.nat(fleet.length - 1),
    ubr: fc.option(fc.integer({ min: 1, max: 9000 })),
    isUnread: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    times: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ like, softwareOf, ubr, isUnread, times }) => {
    const { os, ...device } = fleet[like] as Reported;
    const { software = [] } = fleet[softwareOf] as Reported;
    const known = ubr === null ? os : { ...os, ubr };
    const { ubr: _, ...unsettled } = known;
    return Array.from({ length: times }, () => ({
      ...device,
      software,
      ...(isUnread ? { os: unsettled, installedKbs: null } : { os: known }),
    }));
  });

test(
  "every count of any fleet is what looking at each device gives",
  async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(madeUp, { minLength: 1, maxLength: 10 }), (list) =>
        checkAll(
          `tenant-${++run}`,
          list.flat().map((device, index) => ({ ...device, deviceName: `pc-${index}` })),
        ),
      ),
      { numRuns: runs, seed: 20_260_331, endOnFailure: true },
    );
  },
  limitMs,
);
