import type { AssessmentStatus } from "./assessment.ts";

/** How a device stands, in the words of whoever looks at a fleet: assessed devices are current or behind. */
export type DeviceState = "current" | "behind" | "unknown" | "unsupported";

/** The state of a device by its assessment; not knowing is a state of its own. */
export function deviceState(status: AssessmentStatus, missing: number): DeviceState {
  if (status !== "assessed") return status;
  return missing === 0 ? "current" : "behind";
}
