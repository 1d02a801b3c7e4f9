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
  `
  CREATE TABLE tenant (
    tenant_id TEXT PRIMARY KEY,
    alias     TEXT NOT NULL UNIQUE
  ) STRICT, WITHOUT ROWID;

  -- One tenant exists from the start; its id is a random UUID (version 4).
  INSERT INTO tenant (tenant_id, alias)
  SELECT lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-a' || substr(h, 18, 3) || '-' || substr(h, 21)), 'default'
  FROM (SELECT hex(randomblob(16)) AS h);

  -- What devices report of themselves, once for all that report the same.
  CREATE TABLE inventory (
    digest TEXT PRIMARY KEY,
    body   BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- last_seen orders the inventories of a device; name_key is what names are compared by.
  CREATE TABLE device (
    tenant_id     TEXT NOT NULL,
    device_id     TEXT NOT NULL,
    name          TEXT NOT NULL,
    name_key      TEXT NOT NULL,
    digest        TEXT NOT NULL,
    first_seen    TEXT NOT NULL,
    last_seen     TEXT NOT NULL,
    received_at   TEXT NOT NULL,
    reported      TEXT NOT NULL,
    assigned_tags TEXT NOT NULL,
    PRIMARY KEY (tenant_id, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_by_name ON device (tenant_id, name_key);
  CREATE INDEX device_by_digest ON device (tenant_id, digest);

  CREATE TABLE device_history (
    tenant_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    at        TEXT NOT NULL,
    digest    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, device_id, at)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Programs that may ask the built-in issuer for tokens: their secrets as hashes, roles and secrets as JSON. Times are milliseconds.
  CREATE TABLE client (
    client_id  TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL,
    name       TEXT NOT NULL,
    roles      TEXT NOT NULL,
    secrets    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX client_by_tenant ON client (tenant_id, created_at, client_id);

  CREATE TABLE signing_key (
    kid         TEXT PRIMARY KEY,
    private_key TEXT NOT NULL,
    created_at  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
