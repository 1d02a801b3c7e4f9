import type { Row } from "../../odata/row-values.ts";
import { activeMs, type ListedDevice } from "../../stores/fleet-store.ts";

/** A device as Defender writes one: every member, in the order of live answers. What an inventory cannot know is null. */
export function machineRow(device: ListedDevice, at: string): Row {
  const { standing } = device;
  const architecture = standing?.architecture ?? null;
  const isActive = Date.parse(at) - Date.parse(device.lastSeen) <= activeMs;
  return {
    id: device.deviceId,
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: device.name,
    firstSeen: device.firstSeen,
    lastSeen: device.lastSeen,
    osPlatform: standing?.osPlatform ?? null,
    osVersion: null,
    osProcessor: architecture,
    version: standing?.release ?? null,
    lastIpAddress: device.addresses[0] ?? null,
    lastExternalIpAddress: null,
    agentVersion: null,
    osBuild: standing?.osBuild ?? null,
    healthStatus: isActive ? "Active" : "Inactive",
    deviceValue: device.value,
    rbacGroupId: device.groupId,
    rbacGroupName: device.groupName,
    riskScore: standing?.riskScore ?? null,
    exposureLevel: standing?.exposureLevel ?? null,
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: device.tags,
    defenderAvStatus: "NotSupported",
    onboardingStatus: "Onboarded",
    osArchitecture: wordSize(architecture),
    managedBy: "Unknown",
    managedByStatus: "Unknown",
    ipAddresses: device.addresses.map((ipAddress) => ({ ipAddress, macAddress: null, type: "Other", operationalStatus: "Up" })),
    vmMetadata: null,
  };
}

/** A device within the list of another thing. */
export function machineReferenceRow(device: ListedDevice): Row {
  return {
    id: device.deviceId,
    computerDnsName: device.name,
    osPlatform: device.standing?.osPlatform ?? null,
    rbacGroupName: device.groupName,
    rbacGroupId: device.groupId,
    detectionTime: null,
  };
}

/** `64-bit` */
export function wordSize(architecture: string | null): string | null {
  if (architecture === null) return null;
  return architecture === "x86" ? "32-bit" : "64-bit";
}
