import { ProductError } from "../../domain/errors.ts";
import type { Connections } from "./connections.ts";
import { besideWriter } from "./marks.ts";
import { migrations } from "./migrations.ts";

/** Reads the number of the schema, within a statement that is asked anyway. */
export const schemaNow = "(SELECT version FROM patchgap_schema WHERE id = 1)";

/** A database that a newer patchgap has brought up to date. */
export function newerSchema(found: number, place?: string): ProductError {
  return new ProductError("database", `the database has schema ${found}; this patchgap knows schemas up to ${migrations.length}`, {
    ...(place === undefined ? {} : { place: { source: place } }),
    hint: "It was written by a newer patchgap: run that one, or name another database.",
  });
}

/** @throws ProductError for a schema that a newer patchgap has made */
export function refuseNewer(found: number | null | undefined, place?: string): void {
  if (typeof found === "number" && found > migrations.length) throw newerSchema(found, place);
}

/** How often others than the writer have written, and the number of the schema. */
export const outsideStatement: string = `SELECT CAST(coalesce(sum(writes), 0) AS bigint) AS writes, ${schemaNow} AS schema FROM writer
  WHERE writer <> $1 AND writer <> $2`;

/** Connections that ask nothing of tables that a newer patchgap may have made others of. */
export interface WatchedConnections extends Connections {
  /** how often others have written: it only counts up; looks at the schema as well, and all the rest is refused for as long as that is newer */
  readonly countOutside: (writer: string) => Promise<number>;
}

/** A server that runs while a newer patchgap migrates its database notices by what it asks every second. */
export function watchSchema(connections: Connections): WatchedConnections {
  const { place } = connections;
  let seen: number | null | undefined;
  const unlessNewer = async <T>(ask: () => Promise<T>): Promise<T> => {
    refuseNewer(seen, place);
    return ask();
  };
  return {
    ...connections,
    all: (sql, values) => unlessNewer(() => connections.all(sql, values)),
    allSoon: (sql, values) => unlessNewer(() => connections.allSoon(sql, values)),
    run: (sql, values) => unlessNewer(() => connections.run(sql, values)),
    write: (work, manner) => unlessNewer(() => connections.write(work, manner)),
    readAsOfNow: (work) => unlessNewer(() => connections.readAsOfNow(work)),
    readTogether: (questions) => unlessNewer(() => connections.readTogether(questions)),
    countOutside: async (writer) => {
      const [row] = await connections.all<{ readonly writes: number; readonly schema: number | null }>(outsideStatement, [
        writer,
        besideWriter,
      ]);
      seen = row?.schema;
      refuseNewer(seen, place);
      return row?.writes ?? 0;
    },
  };
}
