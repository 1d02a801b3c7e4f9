/**
 * Rows where the engine is wrong and the table is right, each with what is wrong. They are run as tests that must fail: the one who mends the
 * engine sees them turn, and takes their names off. Nothing else may be put here: a row that is wrong itself is mended or removed.
 */
export const ENGINE_IS_WRONG: readonly Disagreement[] = [
  {
    what: "a CVE that is older than its update (curl's CVE-2022-43552 of 10 February 2023) makes April's update look released in February",
    on: "both",
    devices: ["22H2 half a year behind, every missed month listed", "22H2 up to date in February 2023, half of whose April is old"],
  },
  {
    what: "with a hotfix list that could not be read, .NET and Secure Boot updates are listed although the notes say that they were not checked",
    on: "both",
    devices: [
      "22H2 up to date, hotfix list unreadable",
      "22H2 a month behind, hotfix list unreadable",
      "19041 by its revision only, with the out-of-band update",
      "22621 in November 2022 by its revision only",
      "22621 in December 2022 by its revision only",
      "22621 in May 2023 by its revision only",
      "Server 2019 in September 2021 by its revision only",
      "Server 2022 in June 2022 by its revision only",
      "2012 R2 by its revision only",
    ],
  },
  {
    what: "on the hotpatch track with its baseline, CVEs that only the cumulative update's product names bring the cumulative update in",
    on: "both",
    devices: ["Server 2022 Azure Edition Core on February's hotpatch, in March"],
  },
  {
    what: "a superseded rollup (December's) is listed while a newer one (January's) is out",
    on: "both",
    devices: ["2012 R2 with November's rollup and January's security-only updates, December left out"],
  },
  {
    what: "the products named without a cumulative update (old mistakes) win over the file version, and over not knowing",
    on: "both",
    devices: [
      "Exchange 2019 by its file version, up to date",
      "Exchange 2016 CU 23 by its file version",
      "Exchange 2019 without name of its cumulative update or version",
    ],
  },
  {
    what: "an installed .NET update counts for nothing when its rows name versions of .NET that the inventory does not list",
    on: "both",
    devices: ["2012 R2 in the first days of July 2021"],
  },
  {
    what: "a predecessor without a document takes the month of its successor, and so lifts it above its true place in that month",
    on: "sheets",
    devices: ["Server 2019 in December 2021, a month behind", "Server 2019 in December 2021, up to date, hotfix list only"],
  },
];

export interface Disagreement {
  readonly what: string;
  readonly on: "sheets" | "both";
  readonly devices: readonly string[];
}
