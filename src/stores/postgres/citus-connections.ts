import { ProductError } from "../../domain/errors.ts";
import { lacking } from "../sql/device-list.ts";
import type { Asking, Connections } from "./connections.ts";
import { lockFleet, lockStatement } from "./fleet-lock.ts";
import { nodeTable } from "./placement.ts";
import { changeStatement, withoutStanding, withoutStandingSince } from "./postgres-fleet-store.ts";
import { outsideStatement, schemaNow } from "./schema-version.ts";

/**
 * A transaction that writes on several nodes is there on the coordinator a moment before it is there on the others. So the row that everybody locks is on all
 * nodes and is written, not read: that waits, at each node, until what the one before wrote there is there.
 */
const lock = "UPDATE fleet_change SET value = value WHERE id = 1 RETURNING value";

/** Then all that a transaction writes on a node is there at once, the number of its change included. */
const oneConnectionToEachNode = "SELECT set_config('citus.max_adaptive_executor_pool_size', '1', true)";

/** Numbers that all nodes have reached: what was written under them, and under those below, is there. */
const reachedChange = `SELECT min(c.value) AS value FROM ${nodeTable} n JOIN fleet_change c ON c.id = 1`;
const reachedOutside = `WITH outside AS MATERIALIZED (SELECT coalesce(min(reached.writes), 0) AS writes
    FROM (SELECT n.device_id, CAST(coalesce(sum(w.writes), 0) AS bigint) AS writes
      FROM ${nodeTable} n LEFT JOIN writer w ON w.writer <> $1 AND w.writer <> $2 GROUP BY n.device_id) AS reached)
  SELECT writes, ${schemaNow} AS schema FROM outside`;

/** The few statements that Citus answers otherwise, or not at all, and what is said in their place. */
const otherwise: ReadonlyMap<string, string> = new Map([
  [lockStatement, lock],
  [changeStatement, reachedChange],
  [outsideStatement, reachedOutside],
  // What lies on every node cannot be asked whether a device has it; devices can be asked whether it lacks something.
  [withoutStanding, `SELECT DISTINCT d.digest FROM device d WHERE d.digest IN (${lacking("$1")}) LIMIT $2`],
  [
    withoutStandingSince,
    `SELECT DISTINCT d.digest FROM (SELECT device_id, digest FROM device
         UNION ALL SELECT device_id, digest FROM device_past WHERE until_change > $3) AS d
       WHERE d.digest IN (${lacking("$1")}) LIMIT $2`,
  ],
]);

const said = (sql: string): string => otherwise.get(sql) ?? sql;

function sayingOtherwise({ all, run }: Asking): Asking {
  return { all: (sql, values) => all(said(sql), values), run: (sql, values) => run(said(sql), values) };
}

/** The same connections for all that works on tables which Citus has distributed. */
export function onCitus(connections: Connections): Connections {
  const write: Connections["write"] = (work, manner) =>
    connections.write(async (asking) => {
      await asking.all(oneConnectionToEachNode);
      return work({ ...asking, ...sayingOtherwise(asking) });
    }, manner);
  return {
    ...connections,
    ...sayingOtherwise(connections),
    write,
    allSoon: (sql, values) => connections.allSoon(said(sql), values),
    readTogether: (questions) => connections.readTogether(questions.map((question) => ({ ...question, sql: said(question.sql) }))),
    readAsOfNow: (work) => whileNobodyWrites(connections.place, write, work),
  };
}

/** There is no moment that all nodes share, but one in which nothing happens. */
async function whileNobodyWrites<T>(place: string, write: Connections["write"], work: (asking: Asking) => Promise<T>): Promise<T> {
  let hasBegun = false;
  return write(async (asking) => {
    // What was handed on cannot be taken back.
    if (hasBegun)
      throw new ProductError("database", "the connection was lost while everything was being read", { place: { source: place } });
    await lockFleet(asking);
    hasBegun = true;
    return work(asking);
  });
}
