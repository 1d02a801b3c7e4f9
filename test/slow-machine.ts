/**
 * How much longer than stated a timed step may take before its test fails. The bounds stated in the tests are what the product promises on an idle
 * machine, and `npm run bench` measures speed; what a test can tell on a shared one is linear from quadratic, and an end from none.
 */
export const SLOW_MACHINE = 10;

/** Whether tests of PostgreSQL run on a cluster of Citus. */
export const isOnCitus: boolean = process.env["PATCHGAP_TEST_CITUS"] !== undefined;

/** Time for what waits for the store: there each statement is one of every shard, and each transaction one of all nodes. */
export function onCitus(ms: number): number {
  return isOnCitus ? 20 * ms : ms;
}
