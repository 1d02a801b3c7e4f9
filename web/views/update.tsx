import type { JSX } from "preact";
import { ask } from "../api/client.ts";
import type { KnownUpdate } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { ChainPicture } from "../parts/chain.tsx";
import { ExploitedChip, SeverityChip } from "../parts/chips.tsx";
import { DeviceList } from "../parts/device-list.tsx";
import { Whole } from "../parts/states.tsx";
import { Panel, View } from "../parts/view.tsx";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { day, number, useTexts } from "../texts/language.ts";

/** One update: what it is for, what it fixes, what it replaces, and who misses it. */
export function UpdateView({ kb }: { readonly kb: string }): JSX.Element {
  const texts = useTexts();
  const digits = kb.replace(/^kb/i, "");
  const update = useLoaded(digits, (signal) => ask<KnownUpdate>(`/api/updates/${encodeURIComponent(digits)}`, { signal }));
  return (
    <View title={`KB${digits}`}>
      <Whole of={update}>
        {(known) => (
          <>
            <Facts update={known} />
            <Panel title={texts.update.chain}>
              {known.chain.length > 1 ? <ChainPicture kb={known.id} chain={known.chain} /> : <p class="state">{texts.update.alone}</p>}
            </Panel>
            <div class="halves">
              <Panel title={`${texts.update.devices} (${number(known.machineMissedOn)})`}>
                {known.machineMissedOn === 0 ? (
                  <p class="state">{texts.update.noDevices}</p>
                ) : (
                  <DeviceList path={`/api/missingupdates/${known.id}/machines`} empty={texts.update.noDevices} />
                )}
              </Panel>
              <Cves cves={known.cves} />
            </div>
            <Products products={known.products} />
          </>
        )}
      </Whole>
    </View>
  );
}

function Facts({ update }: { readonly update: KnownUpdate }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="panel lead">
      <p class="lead-name" lang="en">
        {update.name}
      </p>
      <p class="chips">
        <SeverityChip severity={update.severity} />
        {update.exploited && <ExploitedChip />}
        <span class="faint">{day(update.releasedOn)}</span>
        <a href={href("/devices", { kb: update.id })}>{texts.devices(update.machineMissedOn, number(update.machineMissedOn))}</a>
        <a href={update.url} target="_blank" rel="noreferrer">
          {texts.update.catalog} ↗
        </a>
      </p>
      {update.withdrawnOn !== null && <p class="note">{texts.update.withdrawn(day(update.withdrawnOn))}</p>}
    </div>
  );
}

function Cves({ cves }: Pick<KnownUpdate, "cves">): JSX.Element {
  const texts = useTexts();
  const isLinked = useAllowed("Vulnerability.Read.All");
  return (
    <Panel title={`${texts.update.cves} (${number(cves.length)})`}>
      <ul class="cve-list">
        {[...cves]
          .sort((a, b) => Number(b.exploited) - Number(a.exploited) || (b.cvssV3 ?? 0) - (a.cvssV3 ?? 0))
          .map(({ id, description, severity, cvssV3, exploited }) => (
            <li key={id}>
              {isLinked ? <a href={href(`/cves/${id}`)}>{id}</a> : <span>{id}</span>}
              <span class="chips">
                <SeverityChip severity={severity} />
                {exploited && <ExploitedChip />}
                <span class="faint number">{cvssV3 === null ? "" : number(cvssV3, 1)}</span>
              </span>
              <span class="faint cve-title" lang="en">
                {description}
              </span>
            </li>
          ))}
      </ul>
    </Panel>
  );
}

function Products({ products }: Pick<KnownUpdate, "products">): JSX.Element {
  const texts = useTexts();
  return (
    <Panel title={`${texts.update.products} (${number(products.length)})`}>
      <section class="scroll-across" tabIndex={0} aria-label={texts.update.products}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.update.products}</th>
              <th scope="col" class="number">
                {texts.update.fixedBuild}
              </th>
              <th scope="col" class="number">
                {texts.updates.cves}
              </th>
            </tr>
          </thead>
          <tbody>
            {products.map(({ name, fixedBuild, cves }) => (
              <tr key={name}>
                <td lang="en">{name}</td>
                <td class="number">{fixedBuild ?? "–"}</td>
                <td class="number">{number(cves)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
