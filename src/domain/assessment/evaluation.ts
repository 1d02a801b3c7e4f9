import { type Bits, membersOutside } from "./bits.ts";
import type { Lack, Plan } from "./plan.ts";

/** What of a device matters to one plan. */
export interface DeviceFacts {
  /** KBs it has, digits; those the plan does not know are no hindrance and prove nothing */
  readonly installed: Iterable<string>;
  readonly revision?: number | undefined;
  /** enrolled for hotpatching, as far as the device says */
  readonly hotpatch?: boolean | undefined;
  /** file build of .NET Framework: the 4644 of 4.8.4644.0 */
  readonly netBuild?: number | undefined;
  /** version of the application the plan is for */
  readonly version?: readonly number[] | undefined;
  /** nothing is known of what is installed: only what revision and file versions decide is decided */
  readonly listUnread?: boolean;
  /** Flash is not (or no longer) on the device */
  readonly flashGone?: boolean;
}

/** What one device has and lacks of a plan; numbers are node indices. */
export interface Evaluation extends Lack {
  readonly plan: Plan;
  /** everything that is there, by itself or within something newer */
  readonly satisfied: Bits;
  /** installed by the list and not above the running revision */
  readonly installed: readonly number[];
  /** listed as installed while the running revision is lower */
  readonly pending: readonly number[];
  /** the cumulative update whose revision the device has reached, -1 for none */
  readonly reached: number;
  /** groups that something on the device closes */
  readonly closed: Bits;
  readonly track: Track;
}

/** Which way of patching a device follows; it decides between alternatives that fix the same. */
export type Track = "cumulative" | "hotpatch" | "rollup" | "securityOnly";

/** Indices of the groups that nothing on the device closes. */
export function openGroups({ plan, closed }: Pick<Evaluation, "plan" | "closed">): number[] {
  return membersOutside(closed, plan.groups.length);
}
