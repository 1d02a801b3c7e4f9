import type { DeviceSketch, GoldenRow } from "../row.ts";

/** What a Server 2012 R2 that never took a rollup has to have: single updates until September 2016, then each month's security-only update. */
const SINGLES_OF_2016 = [
  "3135456 3145739 3146706 3146723 3149090 3153171 3153199 3153704 3155784 3156013 3156016 3156017 3156019 3156059",
  "3157569 3159398 3160352 3161561 3161664 3161949 3161951 3161958 3162343 3164033 3164035 3164294 3168965 3169704",
  "3170377 3170455 3172727 3172729 3175887 3177108 3177725 3178034 3175024 3177186 3178539 3184471 3184943 3185911",
]
  .join(" ")
  .split(" ");
const SECURITY_ONLY_TO_NOVEMBER_2019 = [
  "3192392 3197873 3205400 4012213 4015547 4019213 4022717 4025333 4034672 4038793 4041687 4048961 4054522",
  "4056898 4074597 4088879 4093115 4103715 4284878 4338824 4343888 4457143 4462941 4467703 4471322",
  "4480964 4487028 4489883 4493467 4499165 4503290 4507457 4512489 4516064 4519990 4525250",
]
  .join(" ")
  .split(" ");

/** December's and January's updates: security-only, Internet Explorer, .NET Framework. */
const OF = { december: "4530730", january: "4534309", explorerDecember: "4530677", explorerJanuary: "4534251", dotnet: "4535104" } as const;

function with2019(...kbs: readonly string[]): DeviceSketch {
  return {
    os: "Windows Server 2012 R2 Standard",
    build: "9600",
    kbs: [...SINGLES_OF_2016, ...SECURITY_ONLY_TO_NOVEMBER_2019, OF.dotnet, ...kbs],
  };
}

export const SECURITY_ONLY: readonly GoldenRow[] = [
  {
    device: "2012 R2 on security-only updates, a month behind",
    because: "January's security-only update and Internet Explorer's are missing: two lines, each with its own",
    on: "both",
    has: with2019(OF.december, OF.explorerDecember),
    asOf: "2020-01-31",
    missing: ["4534251", "4534309"],
    productsNames: { "4534251": ["internet_explorer"], "4534309": ["windows_server_2012_r2"] },
    notMissing: { "4534297": "not-chosen: a device on security-only updates gets no rollup" },
  },
  {
    device: "2012 R2 on security-only updates, December left out",
    because: "January's security-only update does not contain December's",
    on: "both",
    has: with2019(OF.january, OF.explorerJanuary),
    asOf: "2020-01-31",
    missing: ["4530730"],
    notMissing: { "4530677": "satisfied: Internet Explorer's updates are cumulative", "4530702": "not-chosen: it takes no rollups" },
  },
  {
    device: "2012 R2 on security-only updates, two months left out",
    because: "every month is missing by itself, the newest first",
    on: "both",
    has: with2019(OF.explorerJanuary),
    asOf: "2020-01-31",
    missing: ["4534309", "4530730"],
  },
  {
    device: "2012 R2 on security-only updates, Internet Explorer forgotten",
    because: "the security-only updates leave Internet Explorer out",
    on: "both",
    has: with2019(OF.december, OF.january, OF.explorerDecember),
    asOf: "2020-01-31",
    missing: ["4534251"],
  },
  {
    device: "2012 R2 on security-only updates, up to date",
    because: "all that the rollups would bring is there",
    on: "both",
    has: with2019(OF.december, OF.january, OF.explorerJanuary),
    asOf: "2020-01-31",
    missing: [],
    notMissing: { "4534297": "not-chosen: all it fixes is fixed", "4530730": "satisfied: it is installed" },
  },
];
