import { Counter, collectDefaultMetrics, Gauge, type GaugeConfiguration, Histogram, Registry } from "prom-client";
import type { Fleet } from "../app/fleet/fleet.ts";
import type { Observed } from "./request-account.ts";

/** Figures for Prometheus. */
export interface Metrics {
  readonly observe: (observed: Observed) => void;
  readonly countCheckIns: (count: number) => void;
  readonly text: () => Promise<string>;
}

/** How many long readings went where, if there is a replica. */
export interface ReplicaReadings {
  readonly reads: number;
  /** answered by the primary in its place */
  readonly passed: number;
}

/** A registry of its own, so that two servers in one process do not share theirs. */
export function makeMetrics(fleet: Fleet, now: () => Date, replica?: ReplicaReadings): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "patchgap_http_request_duration_seconds",
    help: "time from the first byte of a request to the last of its answer",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20],
    registers: [registry],
  });
  const timers = new Map<string, Histogram.Internal<"method" | "route" | "status">>();
  // Finding the one for some labels takes longer than all else about it.
  const timerOf = (method: string, route: string, status: number): Histogram.Internal<"method" | "route" | "status"> => {
    const key = `${method} ${route} ${status}`;
    const timer = timers.get(key) ?? duration.labels({ method, route, status: String(status) });
    timers.set(key, timer);
    return timer;
  };
  const checkIns = new Counter({ name: "patchgap_check_ins_total", help: "inventories stored", registers: [registry] });
  gauge(registry, "patchgap_catalog_revision", "revision of the catalog in force, 0 for none", () => fleet.revision);
  gauge(registry, "patchgap_catalog_age_days", "days since the first of the newest document's month", () => ageOf(fleet, now));
  gauge(registry, "patchgap_inventories", "distinct inventories looked at under the catalog in force", () => fleet.epoch.size);
  gauge(registry, "patchgap_postures", "postures that these inventories come to, each evaluated once", () => fleet.epoch.postures);
  gauge(registry, "patchgap_evaluations", "evaluations under the catalog in force", () => fleet.epoch.evaluations);
  const evaluationSeconds = (): number => fleet.epoch.evaluationMs / 1000;
  gauge(
    registry,
    "patchgap_evaluation_seconds",
    "time that the evaluation of postures has taken under the catalog in force",
    evaluationSeconds,
  );
  if (replica !== undefined) countReadings(registry, replica);
  return {
    observe: ({ method, route, status, ms }) => timerOf(method, route, status).observe(ms / 1000),
    countCheckIns: (count) => checkIns.inc(count),
    text: () => registry.metrics(),
  };
}

function countReadings(registry: Registry, replica: ReplicaReadings): void {
  new Counter({
    name: "patchgap_replica_reads_total",
    help: "long lists by who answered them: the replica, or the primary in its place",
    labelNames: ["by"],
    registers: [registry],
    collect(): void {
      this.reset();
      this.inc({ by: "replica" }, replica.reads);
      this.inc({ by: "primary" }, replica.passed);
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const options: GaugeConfiguration<string> = {
    ...{ name, help, registers: [registry] },
    collect(this: Gauge<string>): void {
      this.set(read());
    },
  };
  new Gauge(options);
}

function ageOf({ epoch }: Fleet, now: () => Date): number {
  const newest = epoch.catalog.newestMonth;
  if (newest === undefined) return 0;
  return Math.floor((now().getTime() - Date.UTC(Math.floor(newest / 12), newest % 12)) / 86_400_000);
}
