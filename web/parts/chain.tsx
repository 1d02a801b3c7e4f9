import type { JSX } from "preact";
import type { ChainLink } from "../api/rows.ts";
import { href } from "../router.ts";
import { day, number, useTexts } from "../texts/language.ts";

const box = { width: 132, height: 52, across: 46, down: 14 };

/** What an update replaces (left) and what replaces it (right), as a picture whose boxes are links. */
export function ChainPicture({ kb, chain }: { readonly kb: string; readonly chain: readonly ChainLink[] }): JSX.Element {
  const texts = useTexts();
  const steps = [...new Set(chain.map(({ step }) => step))].sort((a, b) => a - b);
  const columns = steps.map((step) => chain.filter((link) => link.step === step));
  const tallest = Math.max(...columns.map(({ length }) => length));
  const height = tallest * (box.height + box.down) + 20;
  const width = columns.length * (box.width + box.across) - box.across + 4;
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [column, links] of columns.entries()) {
    const top = (height - links.length * (box.height + box.down) + box.down) / 2;
    for (const [row, { id }] of links.entries())
      places.set(id, { x: 2 + column * (box.width + box.across), y: top + row * (box.height + box.down) });
  }
  return (
    <>
      <p class="chain-words faint">
        <span>← {texts.update.replaces}</span>
        <span>{texts.update.replacedBy} →</span>
      </p>
      <section class="chain-scroll" tabIndex={0} aria-label={texts.update.chainLabel(kb)}>
        <svg
          class="chain"
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label={texts.update.chainLabel(kb)}
        >
          {chain.flatMap(({ id, supersedes }) =>
            supersedes.map((former) => <Arrow key={`${former} ${id}`} from={places.get(former)} to={places.get(id)} />),
          )}
          {chain.map((link) => (
            <Box key={link.id} link={link} place={places.get(link.id) ?? { x: 0, y: 0 }} />
          ))}
        </svg>
      </section>
    </>
  );
}

type Point = { readonly x: number; readonly y: number } | undefined;

function Arrow({ from, to }: { readonly from: Point; readonly to: Point }): JSX.Element | null {
  if (from === undefined || to === undefined || to.x <= from.x) return null;
  const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
  const middle = (x1 + x2) / 2;
  return (
    <g class="chain-arrow">
      <path d={`M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2 - 6} ${y2}`} />
      <path class="head" d={`M${x2 - 7} ${y2 - 4} L${x2 - 1} ${y2} L${x2 - 7} ${y2 + 4} Z`} />
    </g>
  );
}

function Box({ link, place }: { readonly link: ChainLink; readonly place: { readonly x: number; readonly y: number } }): JSX.Element {
  const texts = useTexts();
  const { id, step, releasedOn, machineMissedOn } = link;
  const below =
    machineMissedOn > 0
      ? texts.devices(machineMissedOn, number(machineMissedOn))
      : releasedOn === null
        ? texts.unknownValue
        : day(releasedOn);
  const content = (
    <>
      <rect width={box.width} height={box.height} rx="8" />
      <text x="12" y="22" class="kb">{`KB${id}`}</text>
      <text x="12" y="40" class="below">
        {below}
      </text>
    </>
  );
  const kind = step === 0 ? "here" : machineMissedOn > 0 ? "missed" : "other";
  return (
    <g transform={`translate(${place.x} ${place.y})`} class={`chain-box ${kind}`}>
      {releasedOn === null || step === 0 ? content : <a href={href(`/updates/${id}`)}>{content}</a>}
    </g>
  );
}
