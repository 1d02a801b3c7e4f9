import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ask, askAll, type ListPage, options, quoted } from "../api/client.ts";
import type { DeviceRow, DeviceStatus, PatchAgeRow } from "../api/rows.ts";
import { asApiError, useLoaded } from "../api/use-loaded.ts";
import { ExploitedChip, Name, SeverityChip, StatusChip } from "../parts/chips.tsx";
import { Choice, FilterBar, SearchBox } from "../parts/filters.tsx";
import { type Column, Grid } from "../parts/grid.tsx";
import { SaveButtons, type SavedRow } from "../parts/save.tsx";
import { SparseRows } from "../parts/sparse-rows.ts";
import { Failure, Loading } from "../parts/states.tsx";
import { systemName } from "../parts/system-name.ts";
import { View } from "../parts/view.tsx";
import { href, useQuery } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { day, number, textsNow, useTexts } from "../texts/language.ts";

const path = "/api/fleet/machines";
const fields =
  "id,computerDnsName,osPlatform,version,osVersion,lastSeen,healthStatus,rbacGroupName,machineTags,status,missingUpdates,severity,exploited,pendingRestart,exposureScore";

/** What of a link asks the server for devices. */
export function deviceOptions(query: URLSearchParams): Readonly<Record<string, string | undefined>> {
  const [search, tag, group, system] = ["search", "tag", "group", "system"].map((name) => query.get(name)?.trim() ?? "");
  const terms = [
    search === "" ? "" : `contains(computerDnsName,${quoted(search ?? "")})`,
    tag === "" ? "" : `machineTags/any(tag: tag eq ${quoted(tag ?? "")})`,
    group === "" ? "" : `rbacGroupName eq ${quoted(group ?? "")}`,
    system === "" ? "" : `osPlatform eq ${quoted(system ?? "")}`,
  ].filter((term) => term !== "");
  return {
    $filter: terms.join(" and "),
    ...orderOf(query.get("sort") ?? "name"),
    status: query.get("status") ?? undefined,
    severity: query.get("severity") ?? undefined,
    kb: query.get("kb") ?? undefined,
  };
}

const orders: Readonly<Record<string, string>> = {
  name: "computerDnsName",
  system: "osPlatform",
  build: "osBuild",
  seen: "lastSeen",
};

/** What devices lack is ranked by the server, worst first; the rest is an order as of any list. */
function orderOf(sort: string): Readonly<Record<string, string>> {
  const isDescending = sort.startsWith("-");
  const name = isDescending ? sort.slice(1) : sort;
  const order = orders[name];
  if (order !== undefined) return { $orderby: `${order}${isDescending ? " desc" : ""}` };
  return ["missing", "severity", "status"].includes(name)
    ? { rankBy: `${isDescending ? "" : "-"}${name}`, $orderby: "computerDnsName" }
    : { $orderby: "computerDnsName" };
}

/** The devices of the fleet, however many: pages are fetched as they come into sight. */
export function DevicesView(): JSX.Element {
  const texts = useTexts();
  const [query, change] = useQuery();
  const asked = options(deviceOptions(query));
  const rows = useSparseRows(asked);
  const none = { search: "", status: "", severity: "", tag: "", group: "", system: "", kb: "", sort: "" };
  const all = async (): Promise<readonly SavedRow[]> =>
    (await askAll<DeviceRow>(path + options({ ...deviceOptions(query), $select: fields }))).map(saved);
  return (
    <View title={texts.deviceList.title} class="whole" actions={<SaveButtons name="devices" rows={all} />}>
      <FilterBar {...(query.size > 0 ? { onClear: () => change(none) } : {})}>
        <Filters query={query} change={change} />
        <p class="count" role="status">
          {rows.total === undefined ? "" : texts.devices(rows.total, number(rows.total))}
        </p>
      </FilterBar>
      {rows.total === undefined && rows.error === undefined && <Loading />}
      {rows.error !== undefined && <Failure error={asApiError(rows.error)} retry={rows.retry} />}
      {rows.total === 0 && <p class="state">{texts.deviceList.empty}</p>}
      {rows.total !== undefined && rows.total > 0 && (
        <Grid
          key={asked}
          label={texts.deviceList.title}
          columns={columnsOf(texts)}
          count={rows.total}
          row={(index) => rows.at(index)}
          sort={query.get("sort") ?? "name"}
          onSort={(sort) => change({ sort })}
          onRange={rows.look}
          placeholder={(index) => textsNow().deviceList.row(number(index + 1))}
        />
      )}
    </View>
  );
}

function useSparseRows(asked: string) {
  const [, setTurn] = useState(0);
  const rows = useMemo(() => {
    const join = asked === "" ? "?" : "&";
    return new SparseRows<DeviceRow>(
      async (skip, top, signal) => {
        const range = `${join}$count=true&$skip=${skip}&$top=${top}&$select=${fields}`;
        const page = await ask<ListPage<DeviceRow>>(path + asked + range, { signal });
        return { rows: page.value, total: page["@odata.count"] ?? page.value.length };
      },
      () => setTurn((turn) => turn + 1),
    );
  }, [asked]);
  useEffect(() => {
    // Tests count what is held and asked.
    Object.assign(window, { patchgapRows: rows });
    return () => rows.end();
  }, [rows]);
  const look = useMemo(() => rows.look.bind(rows), [rows]);
  return { total: rows.total, error: rows.error, at: (index: number) => rows.at(index), look, retry: () => rows.retry() };
}

interface FiltersProps {
  readonly query: URLSearchParams;
  readonly change: (changes: Readonly<Record<string, string>>) => void;
}

const states: readonly DeviceStatus[] = ["behind", "current", "unknown", "unsupported"];
const grades = ["Critical", "Important", "Moderate", "Low"] as const;
const systems = ["Windows10", "Windows11", "WindowsServer2016", "WindowsServer2019", "WindowsServer2022", "WindowsServer2025"];

function Filters({ query, change }: FiltersProps): JSX.Element {
  const texts = useTexts();
  const words = texts.deviceList;
  const groups = useLoaded("groups", (signal) => askAll<PatchAgeRow>("/api/fleet/patchage", signal));
  const names = (groups.data ?? []).flatMap(({ rbacGroupName }) => rbacGroupName ?? []).sort((a, b) => a.localeCompare(b));
  const at = (name: string): string => query.get(name) ?? "";
  return (
    <>
      <SearchBox label={words.searchLabel} value={at("search")} onChange={(search) => change({ search })} />
      <Choice
        label={words.statusLabel}
        value={at("status")}
        any={texts.all}
        choices={states.map((state) => [state, texts.status[state]])}
        onChange={(status) => change({ status })}
      />
      <Choice
        label={words.severityLabel}
        value={at("severity")}
        any={texts.all}
        choices={grades.map((grade) => [grade, texts.severity[grade]])}
        onChange={(severity) => change({ severity })}
      />
      <Choice
        label={words.groupLabel}
        value={at("group")}
        any={texts.all}
        choices={names.map((name) => [name, name])}
        onChange={(group) => change({ group })}
      />
      <Choice
        label={words.systemLabel}
        value={at("system")}
        any={texts.all}
        choices={systems.map((name) => [name, systemName(name)])}
        onChange={(system) => change({ system })}
      />
      {(["tag", "kb"] as const).map(
        (name) =>
          at(name) !== "" && (
            <button key={name} type="button" class="taken" onClick={() => change({ [name]: "" })}>
              {name === "kb" ? `KB${at("kb")}` : <Name>{at("tag")}</Name>} ✕
            </button>
          ),
      )}
    </>
  );
}

function saved({ machineTags, ...row }: DeviceRow): SavedRow {
  return { ...row, machineTags: machineTags.join(";") };
}

function columnsOf(texts: Texts): readonly Column<DeviceRow>[] {
  const words = texts.deviceList;
  return [
    {
      name: "name",
      title: words.name,
      width: "minmax(7.5rem, 2fr)",
      canSort: true,
      cell: (device) => <DeviceLink {...device} />,
    },
    {
      name: "status",
      title: words.status,
      width: "minmax(6.6rem, 0.9fr)",
      canSort: true,
      cell: ({ status }) => <StatusChip status={status} />,
    },
    {
      name: "missing",
      title: words.missing,
      width: "minmax(5rem, 0.5fr)",
      canSort: true,
      isNumber: true,
      cell: ({ missingUpdates }) => (missingUpdates === null ? <span class="faint">–</span> : number(missingUpdates)),
    },
    {
      name: "severity",
      title: words.severity,
      isWorstFirst: true,
      width: "minmax(10.5rem, 1fr)",
      canSort: true,
      from: "middle",
      cell: ({ severity, exploited }) => (
        <span class="chips">
          <SeverityChip severity={severity} />
          {exploited && <ExploitedChip />}
        </span>
      ),
    },
    {
      name: "system",
      title: words.system,
      width: "minmax(10rem, 1.2fr)",
      canSort: true,
      from: "middle",
      cell: ({ osPlatform, version }) => [systemName(osPlatform ?? texts.unknownValue), version].filter(Boolean).join(" "),
    },
    {
      name: "build",
      title: words.build,
      width: "minmax(7.5rem, 0.9fr)",
      canSort: true,
      isNumber: true,
      from: "wide",
      cell: ({ osVersion }) => (osVersion ?? "").replace(/^10\.0\./, ""),
    },
    {
      name: "seen",
      title: words.lastSeen,
      isWorstFirst: true,
      width: "minmax(7.2rem, 0.8fr)",
      canSort: true,
      from: "wide",
      cell: ({ lastSeen, healthStatus }) => (
        <span class={healthStatus === "Active" ? "" : "faint"} title={healthStatus === "Active" ? "" : texts.inactive}>
          {day(lastSeen)}
        </span>
      ),
    },
    { name: "tags", title: words.tags, width: "minmax(9rem, 1.2fr)", from: "wide", cell: ({ machineTags }) => <Tags tags={machineTags} /> },
  ];
}

function DeviceLink({ id, computerDnsName }: DeviceRow): JSX.Element {
  return (
    <a href={href(`/devices/${id}`)} title={computerDnsName}>
      <Name>{computerDnsName}</Name>
    </a>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }): JSX.Element {
  return (
    <span class="tags" title={tags.join(", ")}>
      {tags.map((tag) => (
        <a key={tag} class="tag" href={href("/devices", { tag })}>
          <Name>{tag}</Name>
        </a>
      ))}
    </span>
  );
}
