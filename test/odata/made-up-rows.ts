/** A small fleet, made up: nulls, capitals, other scripts, times with and without fractions. Names are plain ASCII but for one. */
export const MACHINE_ROWS: readonly Readonly<Record<string, unknown>>[] = [
  machine(1, { computerDnsName: "pc-001.contoso.example", machineTags: ["servers", "it's"], rbacGroupId: 140, riskScore: "High" }),
  machine(2, { computerDnsName: "PC-002.contoso.example", healthStatus: "Inactive", lastSeen: "2026-02-01T10:00:00.5Z" }),
  machine(3, { computerDnsName: null, aadDeviceId: "80FE8FF8-2624-418E-9591-41F0491218F9", exposureLevel: "Medium" }),
  machine(4, { computerDnsName: "mymachine1", isExcluded: true, machineTags: ["ExampleTag"], lastSeen: "2017-06-30T23:59:59.9999999Z" }),
  machine(5, {
    osPlatform: "WindowsServer2019",
    riskScore: null,
    version: null,
    rbacGroupId: 1234,
    lastSeen: "2026-02-01T10:00:00.5000000Z",
  }),
  machine(6, {
    computerDnsName: "ünïcode-06",
    ipAddresses: [{ ipAddress: "FE80::6", macAddress: null, type: "Ethernet", operationalStatus: "Up" }],
    onboardingStatus: "CanBeOnboarded",
  }),
  machine(7, { computerDnsName: "", machineTags: ["", "x"], ipAddresses: [], deviceValue: "Low" }),
  machine(8, { osPlatform: "Windows11", healthStatus: "ImpairedCommunication", riskScore: "Low", exposureLevel: "High" }),
];

function machine(number: number, facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    id: number.toString(16).padStart(40, "0"),
    computerDnsName: `pc-${number}`,
    firstSeen: "2020-01-01T00:00:00Z",
    lastSeen: `2026-01-0${number}T00:00:00Z`,
    osPlatform: "Windows10",
    version: "22H2",
    lastIpAddress: `172.17.230.${number}`,
    lastExternalIpAddress: "167.220.196.71",
    osBuild: 19045,
    healthStatus: "Active",
    deviceValue: "Normal",
    rbacGroupId: 0,
    rbacGroupName: null,
    riskScore: "None",
    exposureLevel: "Low",
    isExcluded: false,
    aadDeviceId: null,
    machineTags: [],
    onboardingStatus: "Onboarded",
    ipAddresses: [{ ipAddress: `10.0.0.${number}`, macAddress: "0A0B0C0D0E0F", type: "Ethernet", operationalStatus: "Up" }],
    ...facts,
  };
}

export const VULNERABILITY_ROWS: readonly Readonly<Record<string, unknown>>[] = [
  vulnerability("CVE-2024-0056", { severity: "High", cvssV3: 8.7 }),
  vulnerability("CVE-2021-34527", { severity: "Critical", cvssV3: 8.8, publishedOn: "2021-07-02T22:15:00Z" }),
  vulnerability("CVE-2016-3348", { severity: "Low", cvssV3: null, description: null }),
  vulnerability("CVE-2020-0601", { severity: "Critical", cvssV3: 8, updatedOn: null }),
];

function vulnerability(id: string, facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const times = { publishedOn: "2024-01-09T18:15:00Z", updatedOn: "2024-05-29T00:15:00Z" };
  return { id, name: id, description: "An attacker could do harm.", exposedMachines: 3, ...times, ...facts };
}
