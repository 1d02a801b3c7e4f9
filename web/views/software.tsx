import type { JSX } from "preact";
import { ask, askAll } from "../api/client.ts";
import type { SoftwareRow, UpdateRow, VersionRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { Name } from "../parts/chips.tsx";
import { DeviceList } from "../parts/device-list.tsx";
import { FilterBar, SearchBox, Switch } from "../parts/filters.tsx";
import type { Column } from "../parts/grid.tsx";
import { hasText, sorted } from "../parts/list-view.ts";
import { SaveButtons, type SavedRow } from "../parts/save.tsx";
import { SortedGrid } from "../parts/sorted-grid.tsx";
import { Whole } from "../parts/states.tsx";
import { Panel, View } from "../parts/view.tsx";
import { href, useQuery } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { number, useTexts } from "../texts/language.ts";

/** The software of the fleet, the most open first. */
export function SoftwareView(): JSX.Element {
  const texts = useTexts();
  const [query, change] = useQuery();
  const sort = query.get("sort") ?? "-weaknesses";
  const software = useLoaded("software", (signal) => askAll<SoftwareRow>("/api/software", signal));
  const shown = sorted((software.data ?? []).filter(meets(query)), sort, (row, name) => row[name as keyof SoftwareRow]);
  const saved = (): readonly SavedRow[] =>
    shown.map(({ id, name, vendor, weaknesses, publicExploit, exposedMachines, installedMachines, impactScore }) => {
      return { id, name, vendor, weaknesses, publicExploit, exposedMachines, installedMachines, impactScore };
    });
  return (
    <View title={texts.softwareList.title} class="whole" actions={<SaveButtons name="software" rows={saved} />}>
      <FilterBar {...(query.size > 0 ? { onClear: () => change({ search: "", weak: "", sort: "" }) } : {})}>
        <SearchBox label={texts.softwareList.searchLabel} value={query.get("search") ?? ""} onChange={(search) => change({ search })} />
        <Switch label={texts.softwareList.weakOnly} isOn={query.has("weak")} onChange={(isOn) => change({ weak: isOn ? "true" : "" })} />
        <p class="count" role="status">
          {software.data === undefined ? "" : texts.count(shown.length, number(shown.length))}
        </p>
      </FilterBar>
      <Whole of={software}>
        {() => (
          <SortedGrid
            {...{ title: texts.softwareList.title, empty: texts.softwareList.empty, columns: columnsOf(texts), rows: shown, sort }}
            onSort={(next) => change({ sort: next })}
          />
        )}
      </Whole>
    </View>
  );
}

function meets(query: URLSearchParams): (row: SoftwareRow) => boolean {
  return ({ name, vendor, weaknesses }) => hasText(query.get("search") ?? "", name, vendor) && (!query.has("weak") || weaknesses > 0);
}

function columnsOf({ softwareList: words }: Texts): readonly Column<SoftwareRow>[] {
  return [
    {
      name: "name",
      title: words.name,
      width: "minmax(7.5rem, 2fr)",
      canSort: true,
      cell: ({ id, name }) => (
        <a href={href(`/software/${encodeURIComponent(id)}`)}>
          <Name>{name}</Name>
        </a>
      ),
    },
    {
      name: "vendor",
      title: words.vendor,
      width: "minmax(8rem, 1.2fr)",
      canSort: true,
      from: "middle",
      cell: ({ vendor }) => <Name>{vendor}</Name>,
    },
    {
      name: "weaknesses",
      title: words.weaknesses,
      width: "minmax(5.5rem, 0.7fr)",
      canSort: true,
      isNumber: true,
      cell: ({ weaknesses }) => number(weaknesses),
    },
    {
      name: "exposedMachines",
      title: words.exposed,
      width: "minmax(6rem, 0.7fr)",
      canSort: true,
      isNumber: true,
      cell: ({ exposedMachines }) => number(exposedMachines),
    },
    {
      name: "installedMachines",
      title: words.installed,
      width: "minmax(7rem, 0.7fr)",
      canSort: true,
      isNumber: true,
      from: "middle",
      cell: ({ installedMachines }) => number(installedMachines),
    },
    {
      name: "impactScore",
      title: words.impact,
      width: "minmax(6rem, 0.6fr)",
      canSort: true,
      isNumber: true,
      from: "wide",
      cell: ({ impactScore }) => number(impactScore, 1),
    },
  ];
}

/** One software: its versions, what is missing for it, and who has it. */
export function OneSoftwareView({ id }: { readonly id: string }): JSX.Element {
  const texts = useTexts();
  const words = texts.softwareList;
  const path = `/api/software/${encodeURIComponent(id)}`;
  const software = useLoaded(path, (signal) => ask<SoftwareRow>(path, { signal }));
  const name = software.data?.name ?? id;
  return (
    <View title={name} heading={<Name>{name}</Name>}>
      <Whole of={software}>
        {(row) => (
          <>
            <div class="panel lead">
              <p class="lead-name">
                <Name>{row.vendor}</Name>
              </p>
              <p class="chips">
                <span>{texts.devices(row.installedMachines, number(row.installedMachines))}</span>
                <span class="faint">
                  {words.exposed}: {number(row.exposedMachines)} · {words.weaknesses}: {number(row.weaknesses)}
                </span>
              </p>
            </div>
            <div class="halves">
              <Versions path={path} />
              <Missing path={path} />
            </div>
            <Panel title={words.devices}>
              <DeviceList path={`${path}/machineReferences`} empty={texts.deviceList.empty} />
            </Panel>
          </>
        )}
      </Whole>
    </View>
  );
}

function Versions({ path }: { readonly path: string }): JSX.Element {
  const words = useTexts().softwareList;
  const versions = useLoaded(`${path} versions`, (signal) => askAll<VersionRow>(`${path}/distributions`, signal));
  return (
    <Panel title={words.versions}>
      <Whole of={versions}>
        {(rows) => (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.version}</th>
                <th scope="col" class="number">
                  {words.installations}
                </th>
                <th scope="col" class="number">
                  {words.vulnerabilities}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ version, installations, vulnerabilities }) => (
                <tr key={version}>
                  <td>
                    <Name>{version}</Name>
                  </td>
                  <td class="number">{number(installations)}</td>
                  <td class="number">{number(vulnerabilities)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Whole>
    </Panel>
  );
}

function Missing({ path }: { readonly path: string }): JSX.Element {
  const texts = useTexts();
  const missing = useLoaded(`${path} missing`, (signal) => askAll<UpdateRow>(`${path}/getmissingkbs`, signal));
  return (
    <Panel title={texts.softwareList.missing}>
      <Whole of={missing}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="state good">{texts.device.nothingMissing}</p>
          ) : (
            <ul class="cve-list">
              {rows.map(({ id, name, machineMissedOn }) => (
                <li key={id}>
                  <a href={href(`/updates/${id}`)}>KB{id}</a>
                  <span class="faint number">{texts.devices(machineMissedOn, number(machineMissedOn))}</span>
                  <span class="faint cve-title" lang="en">
                    {name}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Whole>
    </Panel>
  );
}
