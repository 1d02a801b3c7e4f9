import type Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import type { PortableStore, PortableValue, Portion, ReadPortions } from "../portable-store.ts";
import { clearings, followingColumns, nextRows, type PortableTable, readPortions, tableOf } from "../sql/portable-tables.ts";
import { hasDatabase } from "./data-folder.ts";
import { openDatabase, openDatabaseToRead } from "./open-database.ts";
import { withDatabaseErrors } from "./sqlite-errors.ts";

/** Opens a database as a whole: one that is there, to take from it, or one to fill, which is made where there is none. */
export function openSqlitePortable(file: string, use: "take" | "fill"): PortableStore {
  if (use === "take" && !hasDatabase(file)) {
    throw new ProductError("file", "there is no database", { place: { source: file }, hint: "Name the data folder that it is in." });
  }
  const database = use === "take" ? openDatabaseToRead(file) : openDatabase(file);
  const within = <T>(begin: string, work: () => Promise<T>): Promise<T> => transaction(database, file, begin, work);
  const portions = portionsOf(database, file);
  return {
    place: file,
    reading: (work) => within("BEGIN", () => work(portions)),
    filling: (work) =>
      within("BEGIN IMMEDIATE", () =>
        work({
          portions,
          clear: async () => withDatabaseErrors(file, () => void database.exec(clearings.join(";"))),
          put: async (portion) => withDatabaseErrors(file, () => put(database, portion)),
        }),
      ),
    close: async () => withDatabaseErrors(file, () => void database.close()),
  };
}

/** The connection is nobody else's, so a transaction may last over many turns. What does not fit into memory waits in the log beside the file. */
async function transaction<T>(database: Database.Database, file: string, begin: string, work: () => Promise<T>): Promise<T> {
  const run = (sql: string): void => withDatabaseErrors(file, () => void database.exec(sql));
  run(begin);
  try {
    const result = await work();
    run("COMMIT");
    return result;
  } finally {
    // Some failures have ended it already.
    if (database.open && database.inTransaction) run("ROLLBACK");
  }
}

function portionsOf(database: Database.Database, file: string): ReadPortions {
  const prepared = new Map<string, Database.Statement<unknown[], Record<string, PortableValue>>>();
  return () =>
    readPortions(async (table, isFirst, values) =>
      withDatabaseErrors(file, () => {
        const sql = nextRows(table, isFirst, () => "?");
        const statement = prepared.get(sql) ?? database.prepare<unknown[], Record<string, PortableValue>>(sql);
        prepared.set(sql, statement);
        return statement.all(...values);
      }),
    );
}

const following = ["name_key", "tags", "group_id", "group_name"];

function put(database: Database.Database, portion: Portion): void {
  const table = tableOf(portion);
  const isDevice = table.name === "device";
  const insert = database.prepare(insertInto(table, isDevice ? following : []));
  for (const row of portion.rows) {
    const { nameKey, tags, groupId, groupName } = isDevice ? followingColumns(row) : {};
    insert.run(...row, ...(isDevice ? [nameKey, tags, groupId, groupName] : []));
  }
}

function insertInto({ name, columns, isThere }: PortableTable, more: readonly string[]): string {
  const all = [...Object.keys(columns), ...more];
  return `INSERT ${isThere === true ? "OR REPLACE " : ""}INTO ${name} (${all.join(", ")}) VALUES (${all.map(() => "?").join(", ")})`;
}
