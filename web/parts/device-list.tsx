import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ask, type ListPage, options } from "../api/client.ts";
import type { DeviceReference } from "../api/rows.ts";
import { useLoaded } from "../api/use-loaded.ts";
import { href } from "../router.ts";
import { number, useTexts } from "../texts/language.ts";
import { Name } from "./chips.tsx";
import { Whole } from "./states.tsx";
import { systemName } from "./system-name.ts";

const atFirst = 50;
const more = 450;

/** The devices behind another thing: the first ones, and more for who asks. */
export function DeviceList({ path, empty }: { readonly path: string; readonly empty: string }): JSX.Element {
  const texts = useTexts();
  const [top, setTop] = useState(atFirst);
  const list = useLoaded(`${path} ${top}`, (signal) =>
    ask<ListPage<DeviceReference>>(path + options({ $top: top, $count: "true", $orderby: "computerDnsName" }), { signal }),
  );
  return (
    <Whole of={list}>
      {({ value, "@odata.count": total = value.length }) =>
        total === 0 ? (
          <p class="state">{empty}</p>
        ) : (
          <>
            <ul class="device-list">
              {value.map(({ id, computerDnsName, osPlatform }) => (
                <li key={id}>
                  <a href={href(`/devices/${id}`)}>
                    <Name>{computerDnsName}</Name>
                  </a>
                  <span class="faint">{systemName(osPlatform ?? "")}</span>
                </li>
              ))}
            </ul>
            {total > value.length && (
              <button type="button" onClick={() => setTop(top + more)}>
                {texts.device.showAll(number(total))}
              </button>
            )}
          </>
        )
      }
    </Whole>
  );
}
