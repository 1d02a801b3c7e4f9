import type { JSX } from "preact";
import { askAll, options } from "../api/client.ts";
import type { UpdateRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { ExploitedChip, SeverityChip } from "../parts/chips.tsx";
import { Choice, FilterBar, SearchBox, Switch } from "../parts/filters.tsx";
import type { Column } from "../parts/grid.tsx";
import { hasText, rankOf, sorted } from "../parts/list-view.ts";
import { SaveButtons } from "../parts/save.tsx";
import { SortedGrid } from "../parts/sorted-grid.tsx";
import { Whole } from "../parts/states.tsx";
import { View } from "../parts/view.tsx";
import { href, useQuery } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { day, number, useTexts } from "../texts/language.ts";

const fields = "id,name,productsNames,url,machineMissedOn,distinctCves,severity,exploited,releasedOn";
const path = `/api/missingupdates${options({ $select: fields })}`;
const grades = ["Critical", "Important", "Moderate", "Low"] as const;

/** Every missing update of the fleet. */
export function UpdatesView(): JSX.Element {
  const texts = useTexts();
  const updates = useLoaded(path, (signal) => askAll<UpdateRow>(path, signal));
  return (
    <Whole of={updates}>
      {(all) => {
        return all.length === 0 ? (
          <View title={texts.updates.title}>
            <p class="state">{texts.updates.emptyAll}</p>
          </View>
        ) : (
          <Updates all={all} />
        );
      }}
    </Whole>
  );
}

function Updates({ all }: { readonly all: readonly UpdateRow[] }): JSX.Element {
  const texts = useTexts();
  const [query, change] = useQuery();
  const sort = query.get("sort") ?? "-released";
  const shown = sorted(all.filter(meets(query)), sort, valueOfUpdate);
  const saved = (): readonly Record<string, string | number | boolean | null>[] =>
    shown.map(({ productsNames, ...row }) => ({ ...row, productsNames: productsNames.join(";") }));
  return (
    <View title={texts.updates.title} class="whole" actions={<SaveButtons name="missing-updates" rows={saved} />}>
      <FilterBar {...(query.size > 0 ? { onClear: () => change({ search: "", severity: "", exploited: "", sort: "" }) } : {})}>
        <SearchBox label={texts.updates.searchLabel} value={query.get("search") ?? ""} onChange={(search) => change({ search })} />
        <Choice
          label={texts.updates.severity}
          value={query.get("severity") ?? ""}
          any={texts.all}
          choices={grades.map((grade) => [grade, texts.severity[grade]])}
          onChange={(severity) => change({ severity })}
        />
        <Switch
          label={texts.updates.exploitedOnly}
          isOn={query.has("exploited")}
          onChange={(isOn) => change({ exploited: isOn ? "true" : "" })}
        />
        <p class="count" role="status">
          {texts.count(shown.length, number(shown.length))}
        </p>
      </FilterBar>
      <SortedGrid
        {...{ title: texts.updates.title, empty: texts.updates.empty, columns: columnsOf(texts), rows: shown, sort }}
        onSort={(next) => change({ sort: next })}
      />
    </View>
  );
}

function meets(query: URLSearchParams): (row: UpdateRow) => boolean {
  const severity = query.get("severity");
  return (row) =>
    hasText(query.get("search") ?? "", `KB${row.id}`, row.name, ...row.productsNames) &&
    (severity === null || row.severity === severity) &&
    (!query.has("exploited") || row.exploited);
}

function valueOfUpdate(row: UpdateRow, name: string): string | number | null {
  switch (name) {
    case "kb":
      return Number(row.id);
    case "released":
      return row.releasedOn;
    case "severity":
      return row.severity === null ? null : (rankOf(row.severity) ?? 0) * 2 + Number(row.exploited);
    case "cves":
      return row.distinctCves;
    case "products":
      return row.productsNames.join();
    case "devices":
      return row.machineMissedOn;
    default:
      return row.name;
  }
}

function columnsOf({ updates: words }: Texts): readonly Column<UpdateRow>[] {
  return [
    {
      name: "kb",
      title: words.kb,
      width: "minmax(6rem, 0.7fr)",
      canSort: true,
      cell: ({ id }) => <a href={href(`/updates/${id}`)}>KB{id}</a>,
    },
    {
      name: "severity",
      title: words.severity,
      isWorstFirst: true,
      width: "minmax(6.5rem, 1.2fr)",
      canSort: true,
      cell: ({ severity, exploited }) => (
        <span class="chips">
          <SeverityChip severity={severity} />
          {exploited && <ExploitedChip />}
        </span>
      ),
    },
    {
      name: "name",
      title: words.name,
      width: "minmax(12rem, 2fr)",
      canSort: true,
      from: "wide",
      cell: ({ name }) => <span lang="en">{name}</span>,
    },
    {
      name: "products",
      title: words.products,
      width: "minmax(9rem, 1.6fr)",
      canSort: true,
      from: "middle",
      cell: ({ productsNames }) => <span title={productsNames.join(", ")}>{productsNames.join(", ")}</span>,
    },
    {
      name: "released",
      title: words.released,
      isWorstFirst: true,
      width: "minmax(7.5rem, 0.8fr)",
      canSort: true,
      from: "middle",
      cell: ({ releasedOn }) => day(releasedOn),
    },
    {
      name: "cves",
      title: words.cves,
      width: "minmax(4.5rem, 0.5fr)",
      canSort: true,
      isNumber: true,
      from: "middle",
      cell: ({ distinctCves }) => number(distinctCves),
    },
    {
      name: "devices",
      title: words.missedOn,
      width: "minmax(5.5rem, 0.6fr)",
      canSort: true,
      isNumber: true,
      cell: ({ machineMissedOn }) => number(machineMissedOn),
    },
  ];
}
