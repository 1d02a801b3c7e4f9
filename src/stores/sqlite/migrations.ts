/** Numbered from 1 by position. One that has shipped is never edited: add the next. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE document (
    id              TEXT PRIMARY KEY,
    revision        TEXT NOT NULL,
    current_release TEXT NOT NULL,
    digest          TEXT NOT NULL,
    content_digest  TEXT NOT NULL,
    source          TEXT NOT NULL,
    imported_at     TEXT NOT NULL,
    body            BLOB NOT NULL
  ) STRICT;

  -- Catalogs are immutable and keep their provenance; the compiled form of old ones is dropped.
  CREATE TABLE catalog (
    revision     INTEGER PRIMARY KEY AUTOINCREMENT,
    content_hash TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    documents    TEXT NOT NULL,
    compiled     BLOB
  ) STRICT;

  CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
