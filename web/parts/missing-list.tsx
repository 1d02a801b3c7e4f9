import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { MissingUpdates } from "../api/rows.ts";
import type { Loaded } from "../api/use-loaded.ts";
import { href } from "../router.ts";
import { day, number, useTexts } from "../texts/language.ts";
import { ExploitedChip, SeverityChip } from "./chips.tsx";
import { SaveButtons, type SavedRow } from "./save.tsx";
import { Whole } from "./states.tsx";
import { Panel } from "./view.tsx";

type Missing = NonNullable<MissingUpdates["value"]>[number];

/** What a device misses, each update with its reason. */
export function MissingList({ of, name }: { readonly of: Loaded<MissingUpdates>; readonly name: string }): JSX.Element {
  const texts = useTexts();
  const updates = of.data?.value ?? [];
  const title = of.data?.value == null ? texts.device.missing : `${texts.device.missing} (${number(updates.length)})`;
  const actions = updates.length === 0 ? undefined : <MissingActions updates={updates} name={name} />;
  return (
    <Panel title={title} {...(actions === undefined ? {} : { actions })}>
      <Whole of={of}>
        {({ value, notes }) => (
          <>
            {value === null && <p class="state failure">{texts.device.notKnown}</p>}
            {value?.length === 0 && <p class="state good">{texts.device.nothingMissing}</p>}
            <ul class="missing">
              {value?.map((update) => (
                <MissingItem key={update.id} update={update} />
              ))}
            </ul>
            {notes.length > 0 && (
              <div class="note">
                <strong>{texts.device.notes}</strong>
                <ul lang="en">
                  {notes.map((note) => (
                    <li key={note}>{note}</li>
                  ))}
                </ul>
              </div>
            )}
          </>
        )}
      </Whole>
    </Panel>
  );
}

/** An update at a glance: its number, which leads to it, and how bad it is; then what else there is to say. */
export function MissingHead({ update, children }: { readonly update: Missing; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="missing-head">
      <a class="kb" href={href(`/updates/${update.id}`)}>
        KB{update.id}
      </a>
      <span class="chips">
        <SeverityChip severity={update.severity} />
        {update.exploited && <ExploitedChip />}
      </span>
      {children}
    </div>
  );
}

function MissingItem({ update }: { readonly update: Missing }): JSX.Element {
  const texts = useTexts();
  return (
    <li>
      <MissingHead update={update}>
        <span class="faint">
          <span lang="en">{update.name}</span> · {day(update.releasedOn)} ·{" "}
          {texts.device.closes(update.cumulativeCves, number(update.cumulativeCves))}
        </span>
      </MissingHead>
      <p class="why" lang="en">
        <span class="unseen">{texts.device.why}: </span>
        {update.why}
      </p>
    </li>
  );
}

function MissingActions({ updates, name }: { readonly updates: readonly Missing[]; readonly name: string }): JSX.Element {
  const texts = useTexts().device;
  const [said, setSaid] = useState("");
  // Oldest first: what others build on is installed before them.
  const list = [...updates]
    .reverse()
    .map(({ id }) => `KB${id}\n`)
    .join("");
  const copy = (): void => {
    navigator.clipboard.writeText(list).then(
      () => setSaid(texts.copied),
      () => setSaid(texts.copyFailed),
    );
  };
  const saved = (): readonly SavedRow[] =>
    updates.map(({ id, name: release, releasedOn, severity, exploited, distinctCves, cumulativeCves, why, url }) => {
      return { id, name: release, releasedOn, severity, exploited, distinctCves, cumulativeCves, why, url };
    });
  return (
    <>
      <span role="status" class="faint">
        {said}
      </span>
      <button type="button" onClick={copy}>
        {texts.install}
      </button>
      <SaveButtons name={`missing-${name.replace(/[^\w.-]+/g, "_").slice(0, 60)}`} rows={saved} />
    </>
  );
}
