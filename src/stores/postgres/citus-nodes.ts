import { ProductError } from "../../domain/errors.ts";
import type { Connections } from "./connections.ts";

interface Nodes {
  readonly isCoordinator: boolean;
  readonly hasCoordinator: boolean;
  /** nodes that may hold parts of distributed tables */
  readonly workers: number;
}

/** @throws ProductError where the database is no coordinator of Citus with workers, with what to do about it */
export async function checkNodes({ all, place }: Connections): Promise<{ readonly workers: number }> {
  const refuse = (message: string, hint: string): ProductError => new ProductError("database", message, { place: { source: place }, hint });
  const [citus] = await all<{ readonly version: string }>("SELECT extversion AS version FROM pg_extension WHERE extname = 'citus'");
  if (citus === undefined) {
    throw refuse(
      "the database has no Citus",
      "Make the database on the coordinator and on every worker, and in each of them `CREATE EXTENSION citus`.",
    );
  }
  const [nodes] = await all<Nodes>(
    `SELECT (SELECT groupid FROM pg_dist_local_group) = 0 AS "isCoordinator", coalesce(bool_or(groupid = 0), false) AS "hasCoordinator",
       count(*) FILTER (WHERE groupid <> 0 AND isactive AND shouldhaveshards AND noderole = 'primary') AS workers FROM pg_dist_node`,
  );
  if (nodes?.isCoordinator !== true) throw refuse("the database is that of a worker", "Name the coordinator's with --database.");
  if (nodes.workers === 0) {
    throw refuse("Citus knows no worker yet", "Add them: `SELECT citus_add_node('HOST', PORT)` in the coordinator's database.");
  }
  if (!nodes.hasCoordinator) {
    throw refuse(
      "the coordinator is not among the nodes that Citus knows, so small tables cannot lie there",
      "Add it: `SELECT citus_set_coordinator_host('HOST', PORT)` in its database.",
    );
  }
  return { workers: nodes.workers };
}
