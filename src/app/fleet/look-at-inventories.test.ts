import { expect, test } from "vitest";
import { emptyCatalog } from "../../domain/catalog/catalog.ts";
import type { Standing } from "../../domain/fleet/standing.ts";
import type { StoredContent } from "../../stores/fleet-store.ts";
import { Epoch } from "./epoch.ts";
import { giveStandings, summariesOf } from "./look-at-inventories.ts";

const digests = Array.from({ length: 1_700 }, (_, number) => `d${number}`);

/** A store whose inventories are asked for; the epoch is let go of whenever some hundred were. */
function aWorld() {
  const epoch = new Epoch({ number: 1, revision: 0, catalog: emptyCatalog(), asOf: "2026-01-01", validUntil: Number.POSITIVE_INFINITY });
  const asked: number[] = [];
  const kept: Standing[] = [];
  let looked = 0;
  const stored = (digest: string): StoredContent => ({
    digest,
    get content() {
      if (++looked % 300 === 0) epoch.release();
      const os = { build: 26100, ubr: Number(digest.slice(1)) };
      return { os, installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] };
    },
  });
  const store = {
    inventories: async (some: readonly string[]) => {
      asked.push(some.length);
      return some.map(stored);
    },
    keepStandings: async (_epoch: number, standings: readonly Standing[]) => void kept.push(...standings),
  };
  return { epoch, store, asked, kept };
}

test("standings are given even where the knowledge is let go of meanwhile", async () => {
  const { epoch, store, asked, kept } = aWorld();
  await giveStandings(store, epoch, digests);
  expect(kept.map(({ digest, osBuild }) => [digest, osBuild])).toEqual(digests.map((digest) => [digest, 26100]));
  expect(asked).toEqual([500, 500, 500, 200]);
});

test("summaries are in the order they are asked for, repetitions included, known or not, let go of or not", async () => {
  const { epoch, store, asked } = aWorld();
  await summariesOf(store, epoch, digests.slice(0, 10));
  const wanted = [...digests.slice(5), "d3", "d1000"];
  const summaries = await summariesOf(store, epoch, wanted);
  expect(summaries.map(({ system }) => system.version)).toEqual(wanted.map((digest) => `10.0.26100.${digest.slice(1)}`));
  expect(asked).toEqual([10, 500, 500, 500, 190]);
});

test("what is not there is told", async () => {
  const { epoch, store } = aWorld();
  await expect(summariesOf({ ...store, inventories: async () => [] }, epoch, ["gone"])).rejects.toThrow(/inventory gone is not there/);
});
