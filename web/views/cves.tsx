import type { JSX } from "preact";
import { askAll, options } from "../api/client.ts";
import type { CveRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { ExploitedChip, SeverityChip } from "../parts/chips.tsx";
import { FilterBar, SearchBox, Switch } from "../parts/filters.tsx";
import type { Column } from "../parts/grid.tsx";
import { hasText, rankOf, sorted } from "../parts/list-view.ts";
import { SaveButtons, type SavedRow } from "../parts/save.tsx";
import { SortedGrid } from "../parts/sorted-grid.tsx";
import { Whole } from "../parts/states.tsx";
import { View } from "../parts/view.tsx";
import { href, useQuery } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { day, number, useTexts } from "../texts/language.ts";

const fields = "id,description,severity,cvssV3,exposedMachines,publishedOn,publicExploit,exploitVerified";
const path = `/api/vulnerabilities${options({ $select: fields })}`;

/** The CVEs that updates fix, and how many devices are open to each. */
export function CvesView(): JSX.Element {
  const texts = useTexts();
  const [query, change] = useQuery();
  const sort = query.get("sort") ?? "-exposed";
  const cves = useLoaded(path, (signal) => askAll<CveRow>(path, signal));
  const shown = sorted((cves.data ?? []).filter(meets(query)), sort, read);
  const saved = (): readonly SavedRow[] => shown as unknown as readonly SavedRow[];
  return (
    <View title={texts.cveList.title} class="whole" actions={<SaveButtons name="cves" rows={saved} />}>
      <FilterBar {...(query.size > 0 ? { onClear: () => change({ search: "", exploited: "", every: "", sort: "" }) } : {})}>
        <SearchBox label={texts.cveList.searchLabel} value={query.get("search") ?? ""} onChange={(search) => change({ search })} />
        <Switch label={texts.cveList.openOnly} isOn={!query.has("every")} onChange={(isOn) => change({ every: isOn ? "" : "true" })} />
        <Switch
          label={texts.updates.exploitedOnly}
          isOn={query.has("exploited")}
          onChange={(isOn) => change({ exploited: isOn ? "true" : "" })}
        />
        <p class="count" role="status">
          {cves.data === undefined ? "" : texts.count(shown.length, number(shown.length))}
        </p>
      </FilterBar>
      <Whole of={cves}>
        {() => (
          <SortedGrid
            {...{ title: texts.cveList.title, empty: texts.cveList.empty, columns: columnsOf(texts), rows: shown, sort }}
            onSort={(next) => change({ sort: next })}
          />
        )}
      </Whole>
    </View>
  );
}

function meets(query: URLSearchParams): (row: CveRow) => boolean {
  return ({ id, description, exposedMachines, exploitVerified }) =>
    hasText(query.get("search") ?? "", id, description) &&
    (query.has("every") || exposedMachines > 0) &&
    (!query.has("exploited") || exploitVerified);
}

function read(row: CveRow, name: string): string | number | null {
  switch (name) {
    case "severity":
      return row.severity === null ? null : (rankOf(row.severity) ?? 0) * 2 + Number(row.exploitVerified);
    case "score":
      return row.cvssV3;
    case "published":
      return row.publishedOn;
    case "exposed":
      return row.exposedMachines;
    case "description":
      return row.description;
    default:
      return row.id;
  }
}

function columnsOf({ cveList: words }: Texts): readonly Column<CveRow>[] {
  return [
    {
      name: "id",
      title: words.id,
      width: "minmax(8.6rem, 0.8fr)",
      canSort: true,
      cell: ({ id }) => <a href={href(`/cves/${id}`)}>{id}</a>,
    },
    {
      name: "severity",
      title: words.severity,
      isWorstFirst: true,
      width: "minmax(6rem, 1fr)",
      canSort: true,
      cell: ({ severity, exploitVerified }) => (
        <span class="chips">
          <SeverityChip severity={severity} />
          {exploitVerified && <ExploitedChip />}
        </span>
      ),
    },
    {
      name: "score",
      title: words.score,
      width: "minmax(4.5rem, 0.4fr)",
      canSort: true,
      isNumber: true,
      from: "middle",
      cell: ({ cvssV3 }) => (cvssV3 === null ? "–" : number(cvssV3, 1)),
    },
    {
      name: "description",
      title: words.description,
      width: "minmax(12rem, 2.4fr)",
      canSort: true,
      from: "wide",
      cell: ({ description }) => (
        <span lang="en" title={description}>
          {description}
        </span>
      ),
    },
    {
      name: "published",
      title: words.published,
      isWorstFirst: true,
      width: "minmax(7.5rem, 0.7fr)",
      canSort: true,
      from: "middle",
      cell: ({ publishedOn }) => day(publishedOn),
    },
    {
      name: "exposed",
      title: words.exposed,
      width: "minmax(5.4rem, 0.6fr)",
      canSort: true,
      isNumber: true,
      cell: ({ exposedMachines }) => number(exposedMachines),
    },
  ];
}
