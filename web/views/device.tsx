import type { JSX } from "preact";
import { ask } from "../api/client.ts";
import type { DeviceStatus, Machine, MissingUpdates } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { Name, StatusChip } from "../parts/chips.tsx";
import { History, Inventory, Satisfied, Software } from "../parts/device-reports.tsx";
import { MissingList } from "../parts/missing-list.tsx";
import { Whole } from "../parts/states.tsx";
import { systemName } from "../parts/system-name.ts";
import { TagEditor } from "../parts/tag-editor.tsx";
import { Panel, View } from "../parts/view.tsx";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { moment, useTexts } from "../texts/language.ts";

/** One device: what it misses and why, what it has, and how it came to that. */
export function DeviceView({ id }: { readonly id: string }): JSX.Element {
  const path = `/api/machines/${encodeURIComponent(id)}`;
  const mayMachine = useAllowed("Machine.Read.All", "Machine.ReadWrite.All");
  const maySoftware = useAllowed("Software.Read.All");
  const machine = useLoaded(mayMachine ? path : undefined, (signal) => ask<Machine>(path, { signal }));
  const missing = useLoaded(maySoftware ? `${path} missing` : undefined, (signal) =>
    ask<MissingUpdates>(`${path}/missingupdates`, { signal }),
  );
  const name = machine.data?.computerDnsName ?? id;
  return (
    <View title={name} heading={<Name>{name}</Name>}>
      {machine.error !== undefined ? (
        <Whole of={machine}>{() => null}</Whole>
      ) : (
        <>
          {machine.data !== undefined && <Facts machine={machine.data} missing={missing.data} reload={machine.reload} />}
          {maySoftware && (
            <>
              <MissingList of={missing} name={name} />
              <div class="halves">
                <div class="stack">
                  <History path={path} />
                  <Satisfied path={path} />
                </div>
                <div class="stack">
                  <Software path={path} products={missing.data?.products ?? []} />
                  {mayMachine && <Inventory path={path} />}
                </div>
              </div>
            </>
          )}
        </>
      )}
    </View>
  );
}

interface FactsProps {
  readonly machine: Machine;
  readonly missing: MissingUpdates | undefined;
  readonly reload: () => void;
}

function Facts({ machine, missing, reload }: FactsProps): JSX.Element {
  const texts = useTexts();
  const words = texts.device;
  const rows: readonly (readonly [string, JSX.Element | string])[] = [
    [texts.deviceList.status, missing === undefined ? "…" : <StatusChip key="status" status={stateOf(missing)} />],
    [
      texts.deviceList.system,
      [systemName(machine.osPlatform ?? texts.unknownValue), machine.version, machine.osArchitecture].filter(Boolean).join(" · "),
    ],
    [texts.deviceList.lastSeen, `${moment(machine.lastSeen)}${machine.healthStatus === "Active" ? "" : ` · ${texts.inactive}`}`],
    [words.firstSeen, moment(machine.firstSeen)],
    [words.group, machine.rbacGroupName === null ? "–" : <GroupLink key="group" name={machine.rbacGroupName} />],
    [words.exposure, level(machine.exposureLevel, texts.severity)],
    [words.value, machine.deviceValue],
    [words.addresses, machine.ipAddresses.map(({ ipAddress }) => ipAddress).join(", ") || "–"],
    [words.id, <code key="id">{machine.id}</code>],
  ];
  return (
    <Panel title={words.facts} class="device-facts">
      {missing?.pendingRestart === true && <p class="note">{words.restart}</p>}
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <TagEditor machine={machine} onChange={reload} />
    </Panel>
  );
}

function stateOf({ status, value }: MissingUpdates): DeviceStatus {
  if (status !== "assessed") return status;
  return value?.length === 0 ? "current" : "behind";
}

function level(name: string | null, words: Readonly<Record<string, string>>): string {
  return name === null ? "–" : (words[name] ?? name);
}

function GroupLink({ name }: { readonly name: string }): JSX.Element {
  return (
    <a href={href("/devices", { group: name })}>
      <Name>{name}</Name>
    </a>
  );
}
