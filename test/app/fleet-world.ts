import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fleet, type NumberedCatalog } from "../../src/app/fleet/fleet.ts";
import { inventoryDigest } from "../../src/app/inventory-digest.ts";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import { contentOf, factsOf } from "../../src/domain/fleet/inventory-content.ts";
import type { CheckIn } from "../../src/stores/device-store.ts";
import { openSqliteStore, type SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { aDocument, aVulnerability } from "../builders/documents.ts";
import { aDevice } from "../cases/ask.ts";

export const january: Date = new Date("2026-01-20T12:00:00.000Z");

/** Knowledge of so many CVEs, all fixed by KB5074109 on 13 January. */
export function knowledge(revision: number, cves: number = revision): NumberedCatalog {
  const vulnerabilities = Array.from({ length: cves }, (_, index) => aVulnerability(`CVE-2026-${1000 + index}`));
  const catalog = new Catalog(compileCatalog([aDocument({ vulnerabilities })], { errata: NO_ERRATA }));
  return { revision, createdAt: "2026-01-15T00:00:00.000Z", contentHash: `hash of ${cves}`, catalog };
}

/** A Windows 11 at a revision, checked in by name. */
export function aCheckIn(name: string, ubr: number, at: string = "2026-01-18T00:00:00.000Z"): CheckIn {
  const inventory = aDevice({ os: { build: 26100, ubr, caption: "Microsoft Windows 11 Pro", architecture: "x64" }, installedKbs: [] });
  const content = contentOf(inventory);
  const deviceId = Buffer.from(name).toString("hex").padEnd(40, "0");
  return { deviceId, name, at, receivedAt: at, digest: inventoryDigest(content), content, facts: factsOf(inventory) };
}

export interface World {
  readonly fleet: Fleet;
  readonly store: SqliteStore;
  readonly tenant: string;
}

export type Wrap = (store: SqliteStore) => Partial<SqliteStore>;

export async function withFleet(
  work: (world: World) => Promise<void>,
  options: { now?: () => Date; wrap?: Wrap; file?: string } = {},
): Promise<void> {
  const inner = openSqliteStore(options.file ?? ":memory:");
  const store = { ...inner, ...options.wrap?.(inner) };
  try {
    const fleet = await Fleet.open({ store, now: options.now ?? (() => january), rules: "test" });
    await work({ fleet, store, tenant: (await store.tenants())[0]?.id ?? "" });
  } finally {
    await inner.close();
  }
}

/** The exposure of each device; null: it cannot be assessed, undefined: nobody has looked at it. */
export async function levels({ store, tenant }: World, epoch: number): Promise<readonly (string | null | undefined)[]> {
  const { devices } = await store.listDevices(tenant, { view: { epoch, at: january.toISOString() }, limit: 1000 });
  return devices.map(({ standing }) => standing?.exposureLevel);
}

export interface Door {
  readonly open: () => void;
  /** resolves when somebody waits */
  readonly reached: Promise<void>;
  readonly pass: () => Promise<void>;
}

/** A door that work waits at until it is opened; it tells when somebody waits. */
export function door(): Door {
  let open = (): void => undefined;
  let reach = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const pass = (): Promise<void> => {
    reach();
    return opened;
  };
  return { open: () => open(), reached, pass };
}

/** The same in a file that another process has open too. */
export async function withFile(work: (world: World, other: SqliteStore) => Promise<void>, wrap?: Wrap): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-fleet-"));
  const file = join(folder, "patchgap.db");
  try {
    await withFleet(
      async (world) => {
        const other = openSqliteStore(file);
        await work(world, other).finally(() => other.close());
      },
      { file, ...(wrap === undefined ? {} : { wrap }) },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
