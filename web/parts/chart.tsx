import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ExposureDay } from "../api/rows.ts";
import type { Texts } from "../texts/english.ts";
import { day, number, percent, useTexts } from "../texts/language.ts";

const height = 220;

/** The exposure of the fleet and its devices behind, day by day; the same as a table for who does not see it. */
export function ExposureChart({ days }: { readonly days: readonly ExposureDay[] }): JSX.Element {
  const texts = useTexts();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const draw = (): uPlot => new uPlot(optionsFor(element, texts.overview), dataOf(days), element);
    let chart = draw();
    const redraw = (): void => {
      chart.destroy();
      chart = draw();
    };
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    scheme.addEventListener("change", redraw);
    const size = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    return () => {
      size.disconnect();
      theme.disconnect();
      scheme.removeEventListener("change", redraw);
      chart.destroy();
    };
  }, [days, texts]);
  return (
    <>
      <div class="chart" ref={holder} aria-hidden="true" />
      <div class="unseen">
        <table>
          <caption>{texts.overview.exposure}</caption>
          <tbody>
            {days
              .filter((_, index) => index % 7 === (days.length - 1) % 7)
              .map((each) => (
                <tr key={each.day}>
                  <th scope="row">{day(each.day)}</th>
                  <td>{`${texts.overview.exposureLine}: ${number(each.exposure, 1)}`}</td>
                  <td>{`${texts.overview.behindLine}: ${number(each.behind)} (${percent(each.behind, each.devices)})`}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function dataOf(days: readonly ExposureDay[]): uPlot.AlignedData {
  return [
    days.map((each) => Date.parse(`${each.day}T00:00:00Z`) / 1000),
    days.map(({ exposure }) => exposure),
    days.map(({ behind, devices }) => (devices === 0 ? 0 : (100 * behind) / devices)),
  ];
}

function optionsFor(element: HTMLElement, words: Texts["overview"]): uPlot.Options {
  const style = getComputedStyle(element);
  const [ink = "", line = "", first = "", second = ""] = ["--ink-faint", "--line", "--accent", "--behind"].map((name) => {
    // light-dark() is only worked out where it is used.
    element.style.color = `var(${name})`;
    return getComputedStyle(element).color;
  });
  element.style.color = "";
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const stepped = paths === undefined ? {} : { paths };
  return {
    width: element.clientWidth,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: [0, 100] } },
    axes: [
      {
        ...axis,
        values: (_, ticks) => ticks.map((tick) => day(new Date(tick * 1000).toISOString().slice(0, 10)).replace(/,? ?\d{4}/, "")),
      },
      axis,
    ],
    series: [
      { value: (_, seconds) => (seconds === null ? "" : day(new Date(seconds * 1000).toISOString().slice(0, 10))), label: words.day },
      { label: words.exposureLine, stroke: first, width: 2, points: { show: false }, value: (_, value) => shown(value, ""), ...stepped },
      {
        label: `${words.behindLine} (%)`,
        stroke: second,
        width: 2,
        dash: [5, 3],
        points: { show: false },
        value: (_, value) => shown(value, " %"),
        ...stepped,
      },
    ],
  };
}

function shown(value: number | null, unit: string): string {
  return value === null || value === undefined ? "–" : number(value, 1) + unit;
}
