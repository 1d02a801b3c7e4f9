import type { JSX } from "preact";
import { ask, askAll, options, quoted } from "../api/client.ts";
import type { CveRow, UpdateRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { ExploitedChip, SeverityChip } from "../parts/chips.tsx";
import { DeviceList } from "../parts/device-list.tsx";
import { Whole } from "../parts/states.tsx";
import { Panel, View } from "../parts/view.tsx";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { day, number, useTexts } from "../texts/language.ts";

/** One CVE: the updates that fix it, and the devices still open to it. */
export function CveView({ id }: { readonly id: string }): JSX.Element {
  const texts = useTexts();
  const path = `/api/vulnerabilities/${encodeURIComponent(id)}`;
  const maySoftware = useAllowed("Software.Read.All");
  const cve = useLoaded(path, (signal) => ask<CveRow>(path, { signal }));
  return (
    <View title={id}>
      <Whole of={cve}>
        {(row) => (
          <>
            <div class="panel lead">
              <p class="lead-name" lang="en">
                {row.description}
              </p>
              <p class="chips">
                <SeverityChip severity={row.severity} />
                {row.exploitVerified && <ExploitedChip />}
                {row.publicExploit && !row.exploitVerified && <span class="chip">{texts.disclosed}</span>}
                {row.cvssV3 !== null && <span class="number">CVSS {number(row.cvssV3, 1)}</span>}
                <span class="faint">{day(row.publishedOn)}</span>
              </p>
              {row.cvssVector !== null && <p class="faint vector">{row.cvssVector}</p>}
            </div>
            <div class="halves">
              {maySoftware && <Fixes id={row.id} />}
              <Panel title={`${texts.cveList.devices} (${number(row.exposedMachines)})`}>
                {row.exposedMachines === 0 ? (
                  <p class="state good">{texts.cveList.noDevices}</p>
                ) : (
                  <DeviceList path={`${path}/machineReferences`} empty={texts.cveList.noDevices} />
                )}
              </Panel>
            </div>
          </>
        )}
      </Whole>
    </View>
  );
}

function Fixes({ id }: { readonly id: string }): JSX.Element {
  const texts = useTexts();
  const filter = `cveIds/any(cve: cve eq ${quoted(id)})`;
  const path = `/api/missingupdates${options({ $filter: filter, $select: "id,name,releasedOn,machineMissedOn" })}`;
  const fixes = useLoaded(path, (signal) => askAll<UpdateRow>(path, signal));
  return (
    <Panel title={texts.cveList.fixedBy}>
      <Whole of={fixes}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="state">{texts.cveList.noFix}</p>
          ) : (
            <ul class="cve-list">
              {rows.map((update) => (
                <li key={update.id}>
                  <a href={href(`/updates/${update.id}`)}>KB{update.id}</a>
                  <span class="faint number">{texts.devices(update.machineMissedOn, number(update.machineMissedOn))}</span>
                  <span class="faint cve-title">
                    <span lang="en">{update.name}</span> · {day(update.releasedOn)}
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
