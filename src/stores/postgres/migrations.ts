/**
 * Numbered from 1 by position. One that has shipped is never edited: add the next. Tables of devices have `device_id` in every key, so that they can be
 * distributed by it; all others are small, and can lie on every node.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE document (
    id              text COLLATE "C" PRIMARY KEY,
    revision        text NOT NULL,
    current_release text NOT NULL,
    digest          text NOT NULL,
    content_digest  text NOT NULL,
    source          text NOT NULL,
    imported_at     text NOT NULL,
    body            bytea NOT NULL
  );

  -- Catalogs are immutable and keep their provenance; the compiled form of old ones is dropped.
  CREATE TABLE catalog (
    revision     bigint PRIMARY KEY,
    content_hash text NOT NULL,
    created_at   text NOT NULL,
    documents    text NOT NULL,
    compiled     bytea
  );

  CREATE TABLE setting (
    name  text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
  );
  -- Whoever commits a catalog locks this row.
  INSERT INTO setting (name, value) VALUES ('generation', '0');

  CREATE TABLE tenant (
    tenant_id text COLLATE "C" PRIMARY KEY,
    alias     text COLLATE "C" NOT NULL UNIQUE
  );
  -- One tenant exists from the start; its id is a random UUID (version 4).
  INSERT INTO tenant (tenant_id, alias) VALUES (overlay(gen_random_uuid()::text PLACING 'a' FROM 20 FOR 1), 'default');

  -- What devices report of themselves, once for all that report the same. Never changed, never deleted.
  CREATE TABLE inventory (
    digest text COLLATE "C" PRIMARY KEY,
    body   bytea NOT NULL
  );

  -- last_seen orders the inventories of a device; name_key is what names are compared by. tags is what reported, assigned and removed tags come to,
  -- addresses those of reported; changed_at is when a report arrived that was another, change the number of what made the row what it is.
  CREATE TABLE device (
    tenant_id     text COLLATE "C" NOT NULL,
    device_id     text COLLATE "C" NOT NULL,
    name          text COLLATE "C" NOT NULL,
    name_key      text COLLATE "C" NOT NULL,
    digest        text COLLATE "C" NOT NULL,
    first_seen    text COLLATE "C" NOT NULL,
    last_seen     text COLLATE "C" NOT NULL,
    received_at   text COLLATE "C" NOT NULL,
    reported      text COLLATE "C" NOT NULL,
    assigned_tags text COLLATE "C" NOT NULL,
    removed_tags  text COLLATE "C" NOT NULL,
    tags          jsonb NOT NULL,
    addresses     jsonb NOT NULL,
    device_value  text COLLATE "C" NOT NULL,
    group_id      integer NOT NULL,
    group_name    text COLLATE "C",
    changed_at    text COLLATE "C" NOT NULL,
    change        bigint NOT NULL,
    PRIMARY KEY (tenant_id, device_id)
  ) WITH (fillfactor = 85);
  CREATE INDEX device_by_name ON device (tenant_id, name_key);
  CREATE INDEX device_by_digest ON device (digest, tenant_id);

  CREATE TABLE device_history (
    tenant_id text COLLATE "C" NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    at        text COLLATE "C" NOT NULL,
    digest    text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, device_id, at)
  );

  -- What devices were, for walks that are under way.
  CREATE TABLE device_past (
    tenant_id    text COLLATE "C" NOT NULL,
    device_id    text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    digest       text COLLATE "C" NOT NULL,
    first_seen   text COLLATE "C" NOT NULL,
    last_seen    text COLLATE "C" NOT NULL,
    tags         jsonb NOT NULL,
    addresses    jsonb NOT NULL,
    device_value text COLLATE "C" NOT NULL,
    group_id     integer NOT NULL,
    group_name   text COLLATE "C",
    changed_at   text COLLATE "C" NOT NULL,
    change       bigint NOT NULL,
    until_change bigint NOT NULL,
    PRIMARY KEY (tenant_id, device_id, change)
  );
  CREATE INDEX device_past_by_until ON device_past (until_change);

  -- The number of the last change of the fleet. Whoever changes it locks this row first: no number is seen before those below it.
  CREATE TABLE fleet_change (
    id    integer PRIMARY KEY CHECK (id = 1),
    value bigint NOT NULL
  );
  INSERT INTO fleet_change (id, value) VALUES (1, 1);

  -- How often each process has written: what the others count is what happened outside of one. The empty name has the counts of those that have ended.
  CREATE TABLE writer (
    writer text COLLATE "C" PRIMARY KEY,
    writes bigint NOT NULL
  );

  CREATE TABLE walk (
    walk_id    text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL,
    epoch      bigint NOT NULL,
    at         text COLLATE "C" NOT NULL,
    change     bigint NOT NULL,
    expires_at text COLLATE "C" NOT NULL
  );

  CREATE TABLE epoch (
    epoch        bigint PRIMARY KEY,
    content_hash text NOT NULL,
    as_of        text NOT NULL,
    rules        text NOT NULL,
    UNIQUE (content_hash, as_of, rules)
  );

  -- What an inventory comes to under an epoch, as far as devices are filtered and ordered by it.
  CREATE TABLE standing (
    epoch          bigint NOT NULL,
    digest         text COLLATE "C" NOT NULL,
    os_platform    text COLLATE "C",
    release        text COLLATE "C",
    os_build       bigint,
    architecture   text COLLATE "C",
    exposure_level text COLLATE "C",
    risk_score     text COLLATE "C",
    PRIMARY KEY (epoch, digest)
  );

  -- Programs that may ask the built-in issuer for tokens: their secrets as hashes, roles and secrets as JSON. Times are milliseconds.
  CREATE TABLE client (
    client_id  text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL,
    name       text NOT NULL,
    roles      text NOT NULL,
    secrets    text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
  );
  CREATE INDEX client_by_tenant ON client (tenant_id);

  -- Keys that sign tokens, in PEM. Whoever has one is the issuer.
  CREATE TABLE signing_key (
    kid         text COLLATE "C" PRIMARY KEY,
    private_key text NOT NULL,
    created_at  bigint NOT NULL
  );

  CREATE TABLE secret (
    name  text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
  );
  `,
  `
  -- What holds for a while: codes, sessions and sign-ins under way, by the hash of what their holder has. Times are milliseconds.
  CREATE TABLE passing (
    kind       text COLLATE "C" NOT NULL,
    key_hash   text COLLATE "C" NOT NULL,
    value      text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (kind, key_hash)
  );
  CREATE INDEX passing_by_end ON passing (expires_at);
  `,
  `
  -- A device without rows in its history has told the same since it was first seen. Programs that would take that for no history refuse this schema.
  SELECT 1;
  `,
];

/** Tables that can be distributed by `device_id`. */
export const deviceTables: readonly string[] = ["device", "device_history", "device_past"];

/** Tables that can lie on every node: all others. The number of changes comes first: it tells that a database is being distributed. */
export const smallTables: readonly string[] = [
  ...["fleet_change", "writer", "walk", "epoch", "standing", "inventory"],
  ...["document", "catalog", "setting", "tenant", "client", "signing_key", "secret", "passing"],
];
