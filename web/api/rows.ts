/** MSRC's grades. */
export type Severity = "Critical" | "Important" | "Moderate" | "Low";

/** `GET /session` */
export interface Session {
  readonly tenant: { readonly id: string; readonly alias: string };
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
  readonly isSample: boolean;
}

/** `GET /session/ways` */
export interface SignInWays {
  readonly ways: readonly ({ readonly kind: "link" } | { readonly kind: "oidc"; readonly name: string; readonly url: string })[];
}

/** `GET /api/fleet` */
export interface FleetOverview {
  readonly total: number;
  readonly current: number;
  readonly behind: number;
  readonly unknown: number;
  readonly unsupported: number;
  readonly pendingRestart: number;
  readonly exposed: number;
  readonly knowledge: {
    readonly revision: number;
    readonly newest: string | null;
    readonly absent: readonly string[];
    readonly documents: number;
    readonly revisedOn: string | null;
    readonly ageDays: number | null;
  };
}

/** `GET /api/fleet/patchage` */
export interface PatchAgeRow {
  readonly rbacGroupName: string | null;
  readonly devices: number;
  readonly current: number;
  readonly days7: number;
  readonly days30: number;
  readonly days60: number;
  readonly days90: number;
  readonly older: number;
  readonly unknown: number;
  readonly unsupported: number;
}

/** `GET /api/fleet/exposure` */
export interface ExposureDays {
  readonly state: "counted" | "counting";
  readonly value: readonly ExposureDay[];
}

export interface ExposureDay {
  readonly day: string;
  readonly devices: number;
  readonly assessed: number;
  readonly behind: number;
  readonly exposure: number;
}

/** A row of `GET /api/missingupdates` */
export interface UpdateRow {
  readonly id: string;
  readonly name: string;
  readonly productsNames: readonly string[];
  readonly url: string;
  readonly machineMissedOn: number;
  readonly distinctCves: number;
  readonly severity: Severity | null;
  readonly exploited: boolean;
  readonly releasedOn: string;
}

/** `GET /api/updates/{kb}` */
export interface KnownUpdate {
  readonly id: string;
  readonly name: string;
  readonly releasedOn: string;
  readonly url: string;
  readonly severity: Severity | null;
  readonly exploited: boolean;
  readonly withdrawnOn: string | null;
  readonly machineMissedOn: number;
  readonly products: readonly { readonly name: string; readonly fixedBuild: string | null; readonly cves: number }[];
  readonly cves: readonly {
    readonly id: string;
    readonly description: string;
    readonly severity: Severity | null;
    readonly cvssV3: number | null;
    readonly exploited: boolean;
  }[];
  readonly chain: readonly ChainLink[];
}

/** An update beside another: `step` -1 is what it replaces, 1 is what replaces it. */
export interface ChainLink {
  readonly id: string;
  readonly step: number;
  readonly releasedOn: string | null;
  readonly supersedes: readonly string[];
  readonly machineMissedOn: number;
}

/** A row of `GET /api/fleet/machines` */
export interface DeviceRow {
  readonly id: string;
  readonly computerDnsName: string;
  readonly osPlatform: string | null;
  readonly version: string | null;
  readonly osVersion: string | null;
  readonly lastSeen: string;
  readonly healthStatus: string;
  readonly rbacGroupName: string | null;
  readonly machineTags: readonly string[];
  readonly status: DeviceStatus;
  readonly missingUpdates: number | null;
  readonly severity: Severity | null;
  readonly exploited: boolean;
  readonly pendingRestart: boolean;
  readonly exposureScore: number | null;
}

export type DeviceStatus = "current" | "behind" | "unknown" | "unsupported";

/** A row of a `…/machines` or `…/machineReferences` list */
export interface DeviceReference {
  readonly id: string;
  readonly computerDnsName: string;
  readonly osPlatform: string | null;
  readonly rbacGroupName: string | null;
}

/** `GET /api/machines/{id}` */
export interface Machine {
  readonly id: string;
  readonly computerDnsName: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly osPlatform: string | null;
  readonly version: string | null;
  readonly osBuild: number | null;
  readonly osArchitecture: string | null;
  readonly healthStatus: string;
  readonly deviceValue: string;
  readonly rbacGroupName: string | null;
  readonly riskScore: string | null;
  readonly exposureLevel: string | null;
  readonly machineTags: readonly string[];
  readonly ipAddresses: readonly { readonly ipAddress: string }[];
}

/** `GET /api/machines/{id}/missingupdates` */
export interface MissingUpdates {
  readonly status: "assessed" | "unknown" | "unsupported";
  readonly asOf: string;
  readonly lastSeen: string;
  readonly pendingRestart: boolean;
  readonly notes: readonly string[];
  readonly products: readonly string[];
  readonly value: readonly (UpdateRow & { readonly why: string; readonly cumulativeCves: number })[] | null;
}

/** A row of `GET /api/machines/{id}/satisfiedupdates` */
export interface SatisfiedUpdate {
  readonly id: string;
  readonly name: string;
  readonly releasedOn: string;
  readonly why: string;
}

/** A row of `GET /api/machines/{id}/history` */
export interface HistoryRow {
  readonly at: string;
  readonly event: "reported" | "released";
  readonly status: DeviceStatus;
  readonly missing: readonly string[];
  readonly closed: readonly string[];
  readonly opened: readonly string[];
}

/** A row of `GET /api/software` */
export interface SoftwareRow {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly weaknesses: number;
  readonly publicExploit: boolean;
  readonly exposedMachines: number;
  readonly installedMachines: number;
  readonly impactScore: number;
}

/** A row of `GET /api/software/{id}/distributions` */
export interface VersionRow {
  readonly version: string;
  readonly installations: number;
  readonly vulnerabilities: number;
}

/** A row of `GET /api/vulnerabilities` */
export interface CveRow {
  readonly id: string;
  readonly description: string;
  readonly severity: string | null;
  readonly cvssV3: number | null;
  readonly cvssVector: string | null;
  readonly exposedMachines: number;
  readonly publishedOn: string;
  readonly publicExploit: boolean;
  readonly exploitVerified: boolean;
}

/** What `POST /api/inventories` answers */
export interface Ingested {
  readonly counts: Readonly<Record<"new" | "updated" | "unchanged" | "older" | "refused", number>>;
  readonly value: readonly {
    readonly deviceName?: string;
    readonly deviceId?: string;
    readonly outcome: "new" | "updated" | "unchanged" | "older" | "refused";
    readonly problems: readonly { readonly field?: string; readonly message: string }[];
  }[];
}
