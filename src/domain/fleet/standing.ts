/** What a digest comes to under an epoch, as far as devices can be filtered and ordered by it. */
export interface Standing extends StandingFacts {
  readonly digest: string;
}

/** A standing without the inventory it is of: the same for many. */
export interface StandingFacts {
  readonly osPlatform: string | null;
  readonly release: string | null;
  readonly osBuild: number | null;
  readonly architecture: string | null;
  readonly exposureLevel: string | null;
  readonly riskScore: string | null;
}
