import fc from "fast-check";
import { expect, test } from "vitest";
import { projectRow } from "../odata/project-row.ts";
import type { Row } from "../odata/row-values.ts";
import type { ListedDevice } from "../stores/fleet-store.ts";
import { completeRow, type DeviceRowKind } from "./device-row-kind.ts";
import { asTexts } from "./row-texts.ts";

const text = fc.string({
  unit: fc.constantFrom("a", '"', "\\", "\n", "\0", "\u2028", "é", "\u{1f600}", "\ud83d", "\ude00", "_"),
  maxLength: 5,
});
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 }), fc.double({ noNaN: true }));
const sharedNames = ["one", "two", "three", '"four"'];
const ownNames = ["machineId", "seen", "group"];

interface Made {
  readonly names: readonly string[];
  readonly own: Row;
  readonly templates: readonly Row[];
  readonly select: readonly string[] | undefined;
}

const made: fc.Arbitrary<Made> = fc
  .record({
    names: fc.shuffledSubarray(["id", ...ownNames, ...sharedNames], { minLength: 1 }),
    values: fc.array(fc.array(value, { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
    own: fc.array(value, { minLength: 3, maxLength: 3 }),
    select: fc.option(fc.shuffledSubarray(["id", ...ownNames, ...sharedNames, "unknown"], { minLength: 1 }), { nil: undefined }),
  })
  .map(({ names, values, own, select }) => ({
    names,
    own: Object.fromEntries(ownNames.filter((name) => names.includes(name)).map((name, index) => [name, own[index]])),
    templates: values.map((row) => Object.fromEntries([...new Set([...names, "id"])].map((name, index) => [name, row[index]]))),
    select,
  }));

const deviceOf = (deviceId: string): ListedDevice => ({ deviceId }) as ListedDevice;

test("a row that is put together has the text of the whole row, whatever is in it and whatever of it is asked for", () => {
  fc.assert(
    fc.property(made, fc.array(text, { minLength: 1, maxLength: 3 }), ({ own, templates, select }, deviceIds) => {
      const kind: DeviceRowKind = {
        deviceProperty: "machineId",
        idSeparator: "-_-",
        own: ({ deviceId }) => ({ ...own, ...(Object.hasOwn(own, "machineId") ? { machineId: deviceId } : {}) }),
        ownProperties: new Set(["id", ...ownNames]),
        templates: () => templates,
      };
      // The second time all texts of templates are known.
      for (const form of [asTexts(kind, select), asTexts(kind, select)]) {
        for (const device of deviceIds.map(deviceOf)) {
          const write = form.ofTemplate(device);
          for (const template of [...templates, ...templates]) {
            const whole = completeRow(kind, template, device);
            expect(write(template)).toBe(JSON.stringify(projectRow(whole, select)));
            expect(write(template)).toBe(form.ofRow(whole));
          }
        }
      }
    }),
    { numRuns: 2_000, seed: 20_261_129 },
  );
});
