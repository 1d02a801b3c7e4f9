/** What one device reported at one time. KB numbers are digits only, without `KB`. */
export interface Inventory {
  readonly deviceName: string;
  /** 40 lower-case hex digits, where the sender gave one */
  readonly deviceId?: string;
  /** ISO time in UTC */
  readonly collectedAt?: string;
  readonly os: OperatingSystem;
  /** `null`: the list could not be read. An empty list says that nothing is installed. The two are never confused. */
  readonly installedKbs: readonly string[] | null;
  /** patches of Office and other MSI products, which no hotfix list names; `null`: the sender did not list them */
  readonly msiPatchKbs: readonly string[] | null;
  readonly software: readonly InstalledSoftware[];
  /** the device says that it waits for a restart */
  readonly pendingRestart: boolean;
  /** what Windows Update itself offered, if it was asked: kept to compare with, never used to answer */
  readonly offeredKbs?: readonly string[];
  readonly tags: readonly string[];
  readonly ipAddresses: readonly string[];
  /** what the reader of the inventory has to say: "systeminfo lists at most 245 hotfixes and stopped there" */
  readonly notes: readonly string[];
  /** members that patchgap does not know, in the shape they came in: kept, never used */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** What is known of the operating system; every member may be missing in one format or another. */
export interface OperatingSystem {
  /** `Microsoft Windows 10 Pro`, in whatever language */
  readonly caption?: string;
  /** `major.minor`, e.g. 10.0, 6.3, 5.1 */
  readonly version?: string;
  /** 19045 */
  readonly build?: number;
  /** update build revision: the 2965 of 10.0.19045.2965 */
  readonly ubr?: number;
  /** `22H2` */
  readonly displayVersion?: string;
  readonly installationType?: InstallationType;
  readonly architecture?: Architecture;
  /** the device says that it is enrolled for hotpatching (or that it is not) */
  readonly hotpatch?: boolean;
}

export type InstallationType = "Client" | "Server" | "Server Core";
export type Architecture = "x64" | "x86" | "arm64" | "ia64";

/** One installed application; `name` may be an MSRC product name as it stands. */
export interface InstalledSoftware {
  readonly vendor?: string;
  readonly name: string;
  readonly version?: string;
}

/** One application, with its members always in this order: what is written of it is the same text. */
export function softwareEntry(vendor: string | undefined, name: string, version: string | undefined): InstalledSoftware {
  if (vendor === undefined) return version === undefined ? { name } : { name, version };
  return version === undefined ? { vendor, name } : { vendor, name, version };
}
