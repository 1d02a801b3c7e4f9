import { describe, expect, test } from "vitest";
import { makePostgresPlace, postgresServers } from "../a-postgres.ts";
import { describeAuthStore } from "./auth-store.contract.ts";
import { describeCatalogStore } from "./catalog-store.contract.ts";
import { describeDeviceStore } from "./device-store.contract.ts";
import { describeFleetStore } from "./fleet-store.contract.ts";

for (const server of postgresServers) {
  const makePlace = () => makePostgresPlace(server);
  describeCatalogStore(server.name, makePlace);
  describeDeviceStore(server.name, makePlace);
  describeAuthStore(server.name, makePlace);
  describeFleetStore(server.name, makePlace, { isKept: true });
}

describe.skipIf(postgresServers.length > 0)("PostgreSQL", () => {
  test.skip("there is none here: name one with PATCHGAP_TEST_POSTGRES", () => expect.fail());
});
