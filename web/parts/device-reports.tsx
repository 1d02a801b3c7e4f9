import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ask, askAll } from "../api/client.ts";
import type { HistoryRow, SatisfiedUpdate, SoftwareRow } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { href } from "../router.ts";
import { day, moment, number, useTexts } from "../texts/language.ts";
import { Name, StatusChip } from "./chips.tsx";
import { Whole } from "./states.tsx";
import { Panel } from "./view.tsx";
import { visible } from "./visible-text.ts";

interface OfDevice {
  readonly path: string;
}

/** When it fell behind and when it caught up. */
export function History({ path }: OfDevice): JSX.Element {
  const texts = useTexts();
  const words = texts.device;
  const history = useLoaded(`${path} history`, (signal) => askAll<HistoryRow>(`${path}/history`, signal));
  return (
    <Panel title={words.history} hint={words.historyHint}>
      <Whole of={history}>
        {(rows) => (
          <ol class="history">
            {rows.map((row, index) => (
              <Moment key={`${row.at} ${row.event}`} row={row} before={rows[index + 1]} />
            ))}
          </ol>
        )}
      </Whole>
    </Panel>
  );
}

function Moment({ row, before }: { readonly row: HistoryRow; readonly before: HistoryRow | undefined }): JSX.Element {
  const words = useTexts().device;
  const turn = turned(row, before);
  const isReport = row.event === "reported";
  return (
    <li>
      <span class="history-at">{isReport ? moment(row.at) : day(row.at)}</span>
      <span>
        <StatusChip status={row.status} /> <span class="faint">{isReport ? words.reported : words.released}</span>
        {turn !== "" && <b> · {turn === "behind" ? words.fellBehind : words.caughtUp}</b>}
        <Changes row={row} />
      </span>
    </li>
  );
}

function turned(row: HistoryRow, before: HistoryRow | undefined): "behind" | "current" | "" {
  if (before === undefined || row.status === before.status) return "";
  return row.status === "behind" || row.status === "current" ? row.status : "";
}

function Changes({ row }: { readonly row: HistoryRow }): JSX.Element {
  return (
    <span class="changes">
      {row.opened.map((kb) => (
        <a key={kb} class="opened" href={href(`/updates/${kb}`)}>
          + KB{kb}
        </a>
      ))}
      {row.closed.map((kb) => (
        <a key={kb} class="closed" href={href(`/updates/${kb}`)}>
          − KB{kb}
        </a>
      ))}
    </span>
  );
}

const atFirst = 8;

/** What it need not install, and why. */
export function Satisfied({ path }: OfDevice): JSX.Element {
  const texts = useTexts();
  const words = texts.device;
  const [isWhole, setIsWhole] = useState(false);
  const satisfied = useLoaded(`${path} satisfied`, (signal) => askAll<SatisfiedUpdate>(`${path}/satisfiedupdates`, signal));
  return (
    <Panel title={words.satisfied} hint={words.satisfiedHint}>
      {satisfied.error?.status === 404 ? (
        <p class="state">{words.satisfiedNone}</p>
      ) : (
        <Whole of={satisfied}>
          {(rows) => (
            <>
              {rows.length === 0 && <p class="state">{words.satisfiedNone}</p>}
              <ul class="satisfied">
                {rows.slice(0, isWhole ? rows.length : atFirst).map(({ id, releasedOn, why }) => (
                  <li key={id}>
                    <a href={href(`/updates/${id}`)}>KB{id}</a> <span class="faint">{day(releasedOn)}</span>
                    <span class="why" lang="en">
                      {why}
                    </span>
                  </li>
                ))}
              </ul>
              {!isWhole && rows.length > atFirst && (
                <button type="button" onClick={() => setIsWhole(true)}>
                  {words.showAll(number(rows.length))}
                </button>
              )}
            </>
          )}
        </Whole>
      )}
    </Panel>
  );
}

/** What it runs. */
export function Software({ path, products }: OfDevice & { readonly products: readonly string[] }): JSX.Element {
  const texts = useTexts();
  const software = useLoaded(`${path} software`, (signal) => askAll<SoftwareRow>(`${path}/software`, signal));
  return (
    <Panel title={texts.device.products}>
      {products.length > 0 && (
        <ul class="plain" lang="en">
          {products.map((product) => (
            <li key={product}>{product}</li>
          ))}
        </ul>
      )}
      <h3>{texts.device.software}</h3>
      {software.error !== undefined && software.error.status < 500 ? (
        <p class="state" lang="en">
          {visible(software.error.message)}
        </p>
      ) : (
        <Whole of={software}>
          {(rows) => (
            <ul class="software">
              {rows.map(({ id, name, vendor, weaknesses }) => (
                <li key={id}>
                  <a href={href(`/software/${encodeURIComponent(id)}`)}>
                    <Name>{name}</Name>
                  </a>
                  <span class="faint">
                    <Name>{vendor}</Name>
                  </span>
                  {weaknesses > 0 && <span class="weak">{texts.cves(weaknesses, number(weaknesses))}</span>}
                </li>
              ))}
            </ul>
          )}
        </Whole>
      )}
    </Panel>
  );
}

/** The report itself. */
export function Inventory({ path }: OfDevice): JSX.Element {
  const words = useTexts().device;
  const [isShown, setIsShown] = useState(false);
  const inventory = useLoaded(isShown ? `${path} inventory` : undefined, (signal) =>
    ask<{ readonly inventory: object }>(`${path}/inventory`, { signal }),
  );
  return (
    <Panel title={words.inventory} hint={words.inventoryHint}>
      {isShown ? (
        <Whole of={inventory}>
          {(received) => (
            <section class="inventory" tabIndex={0} aria-label={words.inventory} dir="ltr">
              <pre>{printed(received.inventory)}</pre>
            </section>
          )}
        </Whole>
      ) : (
        <button type="button" onClick={() => setIsShown(true)}>
          {words.show}
        </button>
      )}
    </Panel>
  );
}

/** Lines stay lines; within them nothing is unseen. */
function printed(value: object): string {
  return JSON.stringify(value, null, 2).split("\n").map(visible).join("\n");
}
