import { projectRow } from "../odata/project-row.ts";
import type { Row } from "../odata/row-values.ts";
import type { ListedDevice } from "../stores/fleet-store.ts";
import { completeRow, type DeviceRowKind } from "./device-row-kind.ts";

/** What rows are read as. */
export interface RowForm<T> {
  readonly ofRow: (row: Row) => T;
  /** of the row that a template stands for */
  readonly ofTemplate: (device: ListedDevice) => (template: Row) => T;
}

/** Rows as they are. */
export function asRows(kind: DeviceRowKind): RowForm<Row> {
  return { ofRow: (row) => row, ofTemplate: (device) => (template) => completeRow(kind, template, device) };
}

const nothing = (): undefined => undefined;

/** Rows that are only counted. */
export const asNothing: RowForm<undefined> = { ofRow: nothing, ofTemplate: () => nothing };

/** A stretch of a row's text: what is the device's own, then what it has in common with others. */
interface Stretch {
  readonly own: Member[];
  readonly shared: Member[];
}

interface Member {
  readonly name: string;
  /** what stands before its value */
  readonly before: string;
}

type Texts = readonly string[];

/** Of whole rows: templates that outlive a query keep their texts. */
const wholeTexts = new WeakMap<DeviceRowKind, WeakMap<Row, Texts>>();

/**
 * Rows as JSON, with the properties asked for: what `JSON.stringify` makes of the whole row. What devices have in common is written once for each
 * template, and what is a device's own once for each device.
 */
export function asTexts(kind: DeviceRowKind, select: readonly string[] | undefined): RowForm<string> {
  const known = (select === undefined ? wholeTexts.get(kind) : undefined) ?? new WeakMap<Row, Texts>();
  if (select === undefined) wholeTexts.set(kind, known);
  let stretches: readonly Stretch[] | undefined;
  const ofTemplate = (device: ListedDevice): ((template: Row) => string) => {
    const own: Row = { ...kind.own(device), id: device.deviceId + kind.idSeparator };
    let ownTexts: Texts | undefined;
    return (template) => {
      stretches ??= stretchesOf(select?.filter((name) => Object.hasOwn(template, name)) ?? Object.keys(template), own);
      ownTexts ??= stretches.map((stretch) => stretch.own.map((member) => textOfOwn(member, own)).join(""));
      let shared = known.get(template);
      if (shared === undefined) {
        shared = stretches.map((stretch) => stretch.shared.map((member) => textOfShared(member, template)).join(""));
        known.set(template, shared);
      }
      let text = "{";
      for (let index = 0; index < shared.length; index++) text += (ownTexts[index] as string) + (shared[index] as string);
      return `${text}}`;
    };
  };
  return { ofRow: (row) => JSON.stringify(projectRow(row, select)), ofTemplate };
}

function stretchesOf(names: readonly string[], own: Row): readonly Stretch[] {
  const stretches: Stretch[] = [{ own: [], shared: [] }];
  for (const [index, name] of names.entries()) {
    const member = { name, before: `${index === 0 ? "" : ","}${JSON.stringify(name)}:` };
    const isOwn = Object.hasOwn(own, name);
    if (isOwn && (stretches.at(-1) as Stretch).shared.length > 0) stretches.push({ own: [], shared: [] });
    const last = stretches.at(-1) as Stretch;
    if (isOwn) last.own.push(member);
    // The id begins with the device's and ends with the template's.
    if (!isOwn || name === "id") last.shared.push(member);
  }
  return stretches;
}

function textOfOwn({ name, before }: Member, own: Row): string {
  const json = JSON.stringify(own[name]);
  return before + (name === "id" ? json.slice(0, -1) : json);
}

function textOfShared({ name, before }: Member, template: Row): string {
  return name === "id" ? JSON.stringify(String(template[name])).slice(1) : before + JSON.stringify(template[name]);
}
