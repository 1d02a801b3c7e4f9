import type { Standing } from "../../domain/fleet/standing.ts";
import type { Asking } from "./connections.ts";

const put = `INSERT INTO standing (epoch, digest, os_platform, release, os_build, architecture, exposure_level, risk_score)
  SELECT $1::bigint, digest, os_platform, release, os_build, architecture, exposure_level, risk_score
  FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])
    AS given(digest, os_platform, release, os_build, architecture, exposure_level, risk_score)
  ON CONFLICT (epoch, digest) DO UPDATE SET os_platform = excluded.os_platform, release = excluded.release, os_build = excluded.os_build,
    architecture = excluded.architecture, exposure_level = excluded.exposure_level, risk_score = excluded.risk_score
  WHERE (standing.os_platform, standing.release, standing.os_build, standing.architecture, standing.exposure_level, standing.risk_score)
    IS DISTINCT FROM (excluded.os_platform, excluded.release, excluded.os_build, excluded.architecture, excluded.exposure_level, excluded.risk_score)`;

/** Keeps what digests come to under an epoch. In the order of digests, so that two who keep the same do not wait for each other. */
export async function putStandings(asking: Asking, epoch: number, standings: readonly Standing[]): Promise<void> {
  if (standings.length === 0) return;
  const rows = [...new Map(standings.map((standing) => [standing.digest, standing])).values()].sort((a, b) =>
    a.digest < b.digest ? -1 : 1,
  );
  await asking.run(put, [
    epoch,
    rows.map(({ digest }) => digest),
    rows.map(({ osPlatform }) => osPlatform),
    rows.map(({ release }) => release),
    rows.map(({ osBuild }) => osBuild),
    rows.map(({ architecture }) => architecture),
    rows.map(({ exposureLevel }) => exposureLevel),
    rows.map(({ riskScore }) => riskScore),
  ]);
}
