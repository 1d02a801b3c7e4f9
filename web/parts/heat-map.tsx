import type { JSX } from "preact";
import type { PatchAgeRow } from "../api/rows.ts";
import { href } from "../router.ts";
import { number, useTexts } from "../texts/language.ts";
import { Name } from "./chips.tsx";

const ages = ["current", "days7", "days30", "days60", "days90", "older", "unknown", "unsupported"] as const;
const shades = 5;

/** Groups by how long their devices have been open; the more devices of a group, the stronger the colour. */
export function HeatMap({ rows, isLinked }: { readonly rows: readonly PatchAgeRow[]; readonly isLinked: boolean }): JSX.Element {
  const texts = useTexts();
  return (
    <section class="scroll-across" tabIndex={0} aria-label={texts.overview.patchAge}>
      <table class="heat">
        <thead>
          <tr>
            <th scope="col">{texts.overview.group}</th>
            {ages.map((age) => (
              <th key={age} scope="col" class="number">
                {texts.overview.ages[age]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.rbacGroupName}>
              <th scope="row">
                {row.rbacGroupName === null ? (
                  <span class="faint">{texts.overview.noGroup}</span>
                ) : isLinked ? (
                  <a href={href("/devices", { group: row.rbacGroupName })}>
                    <Name>{row.rbacGroupName}</Name>
                  </a>
                ) : (
                  <Name>{row.rbacGroupName}</Name>
                )}
              </th>
              {ages.map((age) => (
                <td key={age} class={`number heat-${age} shade-${shadeOf(row[age], row.devices)}`}>
                  {row[age] === 0 ? <span class="faint">·</span> : number(row[age])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function shadeOf(devices: number, all: number): number {
  return devices === 0 ? 0 : Math.max(1, Math.ceil((shades * devices) / all));
}
