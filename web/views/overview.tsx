import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ask, askAll, knowledgeIsStale, options } from "../api/client.ts";
import type { DeviceStatus, ExposureDays, FleetOverview, PatchAgeRow, UpdateRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { ExposureChart } from "../parts/chart.tsx";
import { ExploitedChip, SeverityChip } from "../parts/chips.tsx";
import { HeatMap } from "../parts/heat-map.tsx";
import { Empty, Whole } from "../parts/states.tsx";
import { Panel, View } from "../parts/view.tsx";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { day, number, percent, useTexts } from "../texts/language.ts";

/** Where the fleet stands, and what to do first. */
export function OverviewView(): JSX.Element {
  const texts = useTexts();
  const fleet = useLoaded("fleet", (signal) => ask<FleetOverview>("/api/fleet", { signal }));
  const age = fleet.data?.knowledge.ageDays ?? 0;
  return (
    <View title={texts.overview.title}>
      <Whole of={fleet}>
        {(figures) =>
          figures.total === 0 ? (
            <Empty>
              <strong>{texts.overview.emptyTitle}</strong>
              <p>{texts.overview.empty}</p>
              <a class="button primary" href={href("/upload")}>
                {texts.overview.upload}
              </a>
            </Empty>
          ) : (
            <>
              {knowledgeIsStale() && <p class="note">{texts.stale(texts.days(age, number(age)))}</p>}
              <Figures figures={figures} />
              <div class="halves">
                <Matter />
                <div class="stack">
                  <Exposure />
                  <Knowledge {...figures.knowledge} />
                </div>
              </div>
              <Ages />
            </>
          )
        }
      </Whole>
    </View>
  );
}

const states: readonly DeviceStatus[] = ["current", "behind", "unknown", "unsupported"];

function Figures({ figures }: { readonly figures: FleetOverview }): JSX.Element {
  const texts = useTexts();
  return (
    <section class="panel figures" aria-label={texts.overview.devices}>
      <a class="figure" href={href("/devices")}>
        <span class="figure-name">{texts.overview.devices}</span>
        <span class="figure-number">{number(figures.total)}</span>
        <span class="faint">{figures.pendingRestart > 0 ? `${number(figures.pendingRestart)} · ${texts.restartDue}` : "\u00a0"}</span>
      </a>
      {states.map((state) => (
        <a key={state} class={`figure is-${state}`} href={href("/devices", { status: state })}>
          <span class="figure-name">
            <span class={`status status-${state}`}>{texts.status[state]}</span>
          </span>
          <span class="figure-number">{number(figures[state])}</span>
          <span class="faint">
            {percent(figures[state], figures.total)} · {texts.statusHint[state]}
          </span>
        </a>
      ))}
      <Share figures={figures} />
    </section>
  );
}

/** The same figures as one bar. */
function Share({ figures }: { readonly figures: FleetOverview }): JSX.Element {
  return (
    <div class="share" aria-hidden="true">
      {states.map((state) => (
        <span key={state} class={`share-${state}`} style={{ flexGrow: figures[state] }} />
      ))}
    </div>
  );
}

const order = "exploited desc,distinctCves desc,machineMissedOn desc";
const columns = "id,name,distinctCves,severity,exploited,releasedOn,machineMissedOn";

function Matter(): JSX.Element {
  const texts = useTexts();
  const path = `/api/missingupdates${options({ $orderby: order, $top: 8, $select: columns })}`;
  const updates = useLoaded(path, (signal) => ask<{ readonly value: readonly UpdateRow[] }>(path, { signal }));
  return (
    <Panel title={texts.overview.matter} hint={texts.overview.matterHint}>
      <Whole of={updates}>
        {({ value }) =>
          value.length === 0 ? (
            <p class="state">{texts.overview.nothingMissing}</p>
          ) : (
            <>
              <ol class="matter">
                {value.map((update) => (
                  <li key={update.id}>
                    <a href={href(`/updates/${update.id}`)}>KB{update.id}</a>
                    <span class="chips">
                      <SeverityChip severity={update.severity} />
                      {update.exploited && <ExploitedChip />}
                    </span>
                    <span class="matter-name faint">
                      <span lang="en">{update.name}</span> · {day(update.releasedOn)}
                    </span>
                    <span class="matter-count">
                      <b>{texts.devices(update.machineMissedOn, number(update.machineMissedOn))}</b>
                      <span class="faint">{texts.cves(update.distinctCves, number(update.distinctCves))}</span>
                    </span>
                  </li>
                ))}
              </ol>
              <a href={href("/updates")}>{texts.overview.allUpdates}</a>
            </>
          )
        }
      </Whole>
    </Panel>
  );
}

const againMs = 2000;

function Exposure(): JSX.Element {
  const texts = useTexts();
  const days = useLoaded("exposure", (signal) => ask<ExposureDays>("/api/fleet/exposure", { signal }));
  const { reload } = days;
  const isCounting = days.data?.state === "counting";
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(reload, againMs);
    return () => clearInterval(timer);
  }, [isCounting, reload]);
  return (
    <Panel title={texts.overview.exposure} hint={texts.overview.exposureHint}>
      <Whole of={days}>
        {({ state, value }) => (
          <>
            {state === "counting" && <p role="status">{texts.overview.counting}</p>}
            {value.length > 1 && <ExposureChart days={value} />}
            {state === "counted" && value.length < 2 && <p class="faint">{texts.overview.exposureNone}</p>}
          </>
        )}
      </Whole>
    </Panel>
  );
}

function Ages(): JSX.Element {
  const texts = useTexts();
  const canList = useAllowed("Machine.Read.All", "Machine.ReadWrite.All");
  const rows = useLoaded("ages", (signal) => askAll<PatchAgeRow>("/api/fleet/patchage", signal));
  return (
    <Panel title={texts.overview.patchAge} hint={texts.overview.patchAgeHint}>
      <Whole of={rows}>{(value) => <HeatMap rows={value} isLinked={canList} />}</Whole>
    </Panel>
  );
}

function Knowledge(props: FleetOverview["knowledge"]): JSX.Element {
  const { newest, absent, documents, revisedOn, ageDays } = props;
  const texts = useTexts();
  const { overview } = texts;
  return (
    <Panel title={overview.knowledge}>
      <dl class="facts">
        <dt>{overview.newest}</dt>
        <dd>{newest ?? "–"}</dd>
        <dt>{overview.documents}</dt>
        <dd>{number(documents)}</dd>
        <dt>{overview.revised}</dt>
        <dd>
          {revisedOn === null ? "–" : day(revisedOn)}
          {ageDays !== null && <span class="faint"> · {texts.days(ageDays, number(ageDays))}</span>}
        </dd>
        <dt>{overview.absent}</dt>
        <dd>{absent.length === 0 ? overview.complete : absent.join(", ")}</dd>
      </dl>
      {absent.length > 0 && <p class="faint">{overview.absentHint}</p>}
    </Panel>
  );
}
