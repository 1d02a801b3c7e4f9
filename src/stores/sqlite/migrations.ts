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
  `
  -- Lists are read as of a change of the fleet: a row that a walk may still need is copied before it changes.
  CREATE TABLE fleet_change (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
  ) STRICT;
  INSERT INTO fleet_change (id, value) VALUES (1, 1);

  -- tags is what reported, assigned and removed tags come to; changed_at is when a report arrived that was another.
  ALTER TABLE device ADD COLUMN removed_tags TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE device ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE device ADD COLUMN device_value TEXT NOT NULL DEFAULT 'Normal';
  ALTER TABLE device ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN group_name TEXT;
  ALTER TABLE device ADD COLUMN changed_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE device ADD COLUMN change INTEGER NOT NULL DEFAULT 1;
  UPDATE device SET changed_at = received_at, tags = (
    SELECT json_group_array(value) FROM (
      SELECT value FROM json_each(assigned_tags) UNION SELECT value FROM json_each(reported, '$.tags')
    )
  );

  CREATE TABLE device_past (
    tenant_id     TEXT NOT NULL,
    device_id     TEXT NOT NULL,
    name          TEXT NOT NULL,
    digest        TEXT NOT NULL,
    first_seen    TEXT NOT NULL,
    last_seen     TEXT NOT NULL,
    reported      TEXT NOT NULL,
    tags          TEXT NOT NULL,
    device_value  TEXT NOT NULL,
    group_id      INTEGER NOT NULL,
    group_name    TEXT,
    changed_at    TEXT NOT NULL,
    change        INTEGER NOT NULL,
    until_change  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, device_id, change)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE walk (
    walk_id    TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    change     INTEGER NOT NULL,
    expires_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE epoch (
    epoch        INTEGER PRIMARY KEY AUTOINCREMENT,
    content_hash TEXT NOT NULL,
    as_of        TEXT NOT NULL,
    rules        TEXT NOT NULL,
    UNIQUE (content_hash, as_of, rules)
  ) STRICT;

  -- What an inventory comes to under an epoch, as far as devices are filtered and ordered by it.
  CREATE TABLE standing (
    epoch          INTEGER NOT NULL,
    digest         TEXT NOT NULL,
    os_platform    TEXT,
    release        TEXT,
    os_build       INTEGER,
    architecture   TEXT,
    exposure_level TEXT,
    risk_score     TEXT,
    PRIMARY KEY (epoch, digest)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What is kept for a while only, under the hash of a secret that its holder has: codes, sessions. Times are milliseconds.
  CREATE TABLE passing (
    kind       TEXT NOT NULL,
    key_hash   TEXT NOT NULL,
    value      TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key_hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX passing_by_end ON passing (expires_at);
  `,
  `
  -- A device without rows in its history has told the same since it was first seen. Programs that would take that for no history refuse this schema.
  SELECT 1;
  `,
];
