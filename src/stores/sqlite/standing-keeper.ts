import type Database from "better-sqlite3";
import type { Standing } from "../../domain/fleet/standing.ts";

/** Prepares the keeping of standings; to be called within a transaction. */
export function standingKeeper(database: Database.Database): (epoch: number, standings: readonly Standing[]) => void {
  const keep = database.prepare(
    `INSERT OR REPLACE INTO standing (epoch, digest, os_platform, release, os_build, architecture, exposure_level, risk_score)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (epoch, standings) => {
    for (const { digest, osPlatform, release, osBuild, architecture, exposureLevel, riskScore } of standings)
      keep.run(epoch, digest, osPlatform, release, osBuild, architecture, exposureLevel, riskScore);
  };
}
