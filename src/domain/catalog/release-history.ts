/** Which update brought which build revision, previews and out-of-band releases included: an optional second source of knowledge. */
export interface ReleaseHistory {
  readonly lines: readonly HistoryLine[];
}

/** The releases of one build and channel. */
export interface HistoryLine {
  /** `Windows Server 2022`: MSRC's words without the architecture */
  readonly product: string;
  /** 20348; null for what is counted by service pack (`SP1`) */
  readonly build: number | null;
  readonly channel: "rollup" | "securityOnly";
  /** in order of release; `kb` null: the release's own build, before any update */
  readonly releases: readonly { readonly revision: number | null; readonly kb: string | null }[];
}
