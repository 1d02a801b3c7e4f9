import Database from "better-sqlite3";

export const database: typeof Database = Database;
