import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";

/** One device of the golden table: a fact of the field, worked out by hand, readable alone. */
export interface GoldenRow {
  /** the device and its state, in a few words */
  readonly device: string;
  /** why the expected answer is the right one */
  readonly because: string;
  /** on our own fact sheets, on Microsoft's documents, or on both with the same outcome */
  readonly on: "sheets" | "real" | "both";
  readonly has: DeviceSketch;
  readonly asOf: string;
  /** the ids in order; or the status where there is no list */
  readonly missing: readonly string[] | "unknown" | "unsupported";
  /** updates that must not be listed: `verdict: reason`, the verdict being what explaining that KB has to say */
  readonly notMissing?: Readonly<Record<string, `${Verdict}: ${string}`>>;
  /** pairs of CVE and software, on Microsoft's documents only (our sheets hold a few CVEs of each update) */
  readonly cveAddressed?: Readonly<Record<string, number>>;
  readonly productsNames?: Readonly<Record<string, readonly string[]>>;
  /** our sheets hold every CVE of the updates of this row: counts are compared there too */
  readonly countsOnSheets?: true;
  /** what the reason of a listed update has to speak of */
  readonly why?: Readonly<Record<string, RegExp>>;
  /** what one of the notes has to speak of */
  readonly notes?: RegExp;
  readonly pendingRestart?: boolean;
  readonly includeSuperseded?: true;
  /** what is known beside the documents; `nothing` stands for a catalog without documents */
  readonly knowing?: "release history" | "nothing";
}

type Verdict = "satisfied" | "not-chosen" | "not-applicable" | "unknown";

/** What a device reports, tersely; x64 and all that is not said is left out of the inventory. */
export interface DeviceSketch {
  /** the caption without "Microsoft"; one that does not begin with Windows says nothing of client or server, an empty one is left out */
  readonly os: string;
  /** `19045.2965`, or `19045` where the revision is not known */
  readonly build: string;
  readonly version?: string;
  readonly arch?: "x86" | "arm64" | "ia64";
  readonly core?: true;
  readonly hotpatch?: boolean;
  /** the hotfix list; `null`: it could not be read */
  readonly kbs: readonly string[] | null;
  readonly msi?: readonly string[];
  /** name, and version where it is known */
  readonly software?: readonly (readonly [name: string, version?: string])[];
  readonly pendingRestart?: true;
}

/** The inventory such a device sends, through the reader that a sent one goes through. */
export function inventoryOf(sketch: DeviceSketch): Inventory {
  const { devices } = readInventories([{ source: sketch.os, bytes: new TextEncoder().encode(JSON.stringify(nativeOf(sketch))) }]);
  const [device] = devices;
  if (device === undefined) throw new Error(`${sketch.os} could not be read`);
  return device;
}

function nativeOf(sketch: DeviceSketch): object {
  const [build, ubr] = sketch.build.split(".").map(Number);
  const isServer = /server/i.test(sketch.os);
  return {
    schema: "patchgap.inventory/1",
    deviceName: "golden",
    os: {
      caption: sketch.os === "" ? undefined : `Microsoft ${sketch.os}`,
      version: sketch.version,
      build,
      ubr,
      architecture: sketch.arch ?? "x64",
      installationType: sketch.core ? "Server Core" : isServer ? "Server" : /^Windows/.test(sketch.os) ? "Client" : undefined,
      hotpatch: sketch.hotpatch,
    },
    installedKbs: sketch.kbs,
    msiPatchKbs: sketch.msi,
    software: sketch.software?.map(([name, version]) => ({ vendor: "microsoft", name, version })),
    pendingRestart: sketch.pendingRestart,
  };
}
