import { sizeWords } from "./growth.ts";
import type { Figures, StepKey } from "./steps.ts";

interface Line {
  readonly key: StepKey;
  readonly words: string;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** What is drawn: what the whole fleet takes, and what one request takes. */
const PANELS: readonly Panel[] = [
  {
    title: "the whole fleet, seconds",
    unit: "s",
    lines: [
      { key: "loadSeconds", words: "load" },
      { key: "catalogSeconds", words: "new catalog in force" },
      { key: "evaluationSeconds", words: "of which evaluation" },
      { key: "walkSeconds", words: "walk of MissingKbsByMachine" },
    ],
  },
  {
    title: "one request, milliseconds",
    unit: "ms",
    lines: [
      { key: "missingUpdatesP99", words: "missing updates, p99" },
      { key: "recount", words: "… first after a check-in" },
      { key: "listP99", words: "filtered list, p99" },
      { key: "missingKbsP99", words: "getmissingkbs, p99" },
    ],
  },
];

const [width, height] = [920, 470];
const plot = { top: 56, height: 260, width: 360 } as const;
const lefts = [70, 530] as const;
/** A pattern of strokes for each database, in the order of the figures. */
const dashes = ["none", "7 5", "2 4"];

/** A chart of how steps grow, both axes logarithmic: SVG that goes with light and dark pages. */
export function scaleChart(figures: readonly Figures[]): string {
  const databases = [...new Set(figures.map(({ database }) => database))];
  const panels = PANELS.map((panel, index) => drawPanel(panel, figures, databases, lefts[index] ?? 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="How the steps of patchgap grow with the devices">`,
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...panels.flat(),
    ...databaseLegend(databases),
    "</svg>\n",
  ].join("\n");
}

const style = `<style>
text { font: 13px system-ui, sans-serif; fill: #222 } .small { font-size: 12px; fill: #555 } .title { font-weight: 600 }
.page { fill: #fff } .grid { stroke: #ddd } .even { stroke: #999; stroke-dasharray: 1 3 } path { fill: none; stroke-width: 2 }
.c0 { stroke: #0b62c4 } .c1 { stroke: #b3401a } .c2 { stroke: #2c7a34 } .c3 { stroke: #8433a8 } .database { stroke: #555 }
circle.c0 { fill: #0b62c4 } circle.c1 { fill: #b3401a } circle.c2 { fill: #2c7a34 } circle.c3 { fill: #8433a8 }
@media (prefers-color-scheme: dark) {
text { fill: #eee } .small { fill: #b5b5b5 } .page { fill: #16181c } .grid { stroke: #33363c } .even { stroke: #777 } .database { stroke: #b5b5b5 }
.c0 { stroke: #6fb1ff } .c1 { stroke: #ff9a70 } .c2 { stroke: #7fd488 } .c3 { stroke: #d596f5 }
circle.c0 { fill: #6fb1ff } circle.c1 { fill: #ff9a70 } circle.c2 { fill: #7fd488 } circle.c3 { fill: #d596f5 }
}
</style>`;

interface Scale {
  readonly x: (devices: number) => number;
  readonly y: (cost: number) => number;
  readonly sizes: readonly number[];
  /** powers of ten, the least and the most that is shown */
  readonly least: number;
  readonly most: number;
}

function drawPanel(panel: Panel, figures: readonly Figures[], databases: readonly string[], left: number): string[] {
  const scale = scaleOf(panel, figures, left);
  const lines = panel.lines.flatMap(({ key, words }, index) => [
    ...databases.flatMap((database, which) => drawLine(pointsOf(figures, database, key), scale, `c${index}`, dashes[which] ?? "none")),
    ...legendLine(words, left, index),
  ]);
  return [`<text class="title" x="${left}" y="30">${panel.title}</text>`, ...drawGrid(panel, scale, left), ...lines];
}

type Point = readonly [devices: number, cost: number];

function pointsOf(figures: readonly Figures[], database: string, key: StepKey): readonly Point[] {
  const own = figures.filter((each) => each.database === database);
  return own
    .flatMap(({ devices, values }): Point[] => (values[key] === undefined ? [] : [[devices, Math.max(values[key], 0.001)]]))
    .sort(([a], [b]) => a - b);
}

function scaleOf({ lines }: Panel, figures: readonly Figures[], left: number): Scale {
  const sizes = [...new Set(figures.map(({ devices }) => devices))].sort((a, b) => a - b);
  const costs = figures.flatMap(({ values }) =>
    lines.flatMap(({ key }) => (values[key] === undefined ? [] : [Math.max(values[key], 0.001)])),
  );
  const [least, most] = [Math.floor(Math.log10(Math.min(...costs, 1))), Math.ceil(Math.log10(Math.max(...costs, 10)))];
  const [first, last] = [Math.log10(sizes[0] ?? 1), Math.log10(sizes.at(-1) ?? 10)];
  const share = (value: number, from: number, to: number): number => (to === from ? 0.5 : (value - from) / (to - from));
  return {
    x: (devices) => Math.round(left + 14 + share(Math.log10(devices), first, last) * (plot.width - 28)),
    y: (cost) => Math.round(plot.top + plot.height * (1 - share(Math.log10(cost), least, most))),
    ...{ sizes, least, most },
  };
}

function drawGrid({ unit }: Panel, { x, y, sizes, least, most }: Scale, left: number): string[] {
  const powers = Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index));
  const across = powers.flatMap((power) => [
    `<line class="grid" x1="${left}" x2="${left + plot.width}" y1="${y(power)}" y2="${y(power)}"/>`,
    `<text class="small" x="${left - 8}" y="${y(power) + 4}" text-anchor="end">${Number(power.toPrecision(1))} ${unit}</text>`,
  ]);
  const below = sizes.map(
    (size) =>
      `<text class="small" x="${x(size)}" y="${plot.top + plot.height + 20}" text-anchor="middle">${sizeWords(size)} devices</text>`,
  );
  return [...across, ...below];
}

function drawLine(points: readonly Point[], { x, y }: Scale, colour: string, dash: string): string[] {
  const path = points.map(([devices, cost], index) => `${index === 0 ? "M" : "L"}${x(devices)} ${y(cost)}`).join(" ");
  return [
    `<path class="${colour}" stroke-dasharray="${dash}" d="${path}"/>`,
    ...points.map(([devices, cost]) => `<circle class="${colour}" r="3" cx="${x(devices)}" cy="${y(cost)}"/>`),
  ];
}

function legendLine(words: string, left: number, index: number): string[] {
  const [x, y] = [left + (index % 2) * 180, plot.top + plot.height + 52 + Math.floor(index / 2) * 24];
  return [`<path class="c${index}" d="M${x} ${y - 4} h22"/>`, `<text x="${x + 28}" y="${y}">${words}</text>`];
}

function databaseLegend(databases: readonly string[]): string[] {
  const y = height - 26;
  return databases.flatMap((database, index) => {
    const x = lefts[0] + index * 180;
    return [
      `<path class="database" stroke-dasharray="${dashes[index] ?? "none"}" d="M${x} ${y - 4} h40"/>`,
      `<text x="${x + 48}" y="${y}">${database}</text>`,
    ];
  });
}
