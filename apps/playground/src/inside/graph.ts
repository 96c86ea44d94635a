import { required } from '@sensorium/contracts';
import { drawn } from '../dom.js';
import type { Drawn } from '../worker/plan.js';

type Row = Drawn['plan']['rows'][number];

const [BOX_WIDTH, BOX_HEIGHT] = [124, 46];
const GAP = 14;
/** Between what reads and what is read. */
const REACH = 56;
/** The longest name that fits into a box, in letters. */
const LONGEST_NAME = 15;

interface Box {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
}

/** What reads what, as a picture: from left to right, or downwards where there is little room. */
export function graphOf({ plan, reads }: Drawn, downwards: boolean): SVGSVGElement {
  const levels = levelsOf(plan.rows, reads);
  const widest = Math.max(...levels.map(({ length }) => length));
  const along = (count: number): number => count * (downwards ? BOX_WIDTH : BOX_HEIGHT) + (count - 1) * GAP;
  const across = (level: number): number => level * ((downwards ? BOX_HEIGHT : BOX_WIDTH) + REACH);
  const boxes = levels.flatMap((rows, level) => {
    const begin = (along(widest) - along(rows.length)) / 2;
    return rows.map((row, index): Box => {
      const side = begin + (index === 0 ? 0 : along(index) + GAP);
      return downwards ? { row, x: side, y: across(level) } : { row, x: across(level), y: side };
    });
  });
  const [breadth, depth] = [along(widest), across(levels.length) - REACH];
  const [width, height] = downwards ? [breadth, depth] : [depth, breadth];
  const svg = drawn('svg', {
    class: 'graph',
    viewBox: `-1 -1 ${width + 2} ${height + 2}`,
    role: 'img',
    'aria-label': sentences(plan.rows, reads),
  });
  svg.style.maxWidth = `${width}px`;
  svg.append(...edges(boxes, reads, downwards), ...boxes.map(boxOf));
  return svg;
}

/** Inputs first, then what reads them; heads last. */
function levelsOf(rows: readonly Row[], reads: Drawn['reads']): Row[][] {
  const level = new Map<string, number>();
  const levelOf = ({ key }: Row): number => required(level.get(key), `the level of ${key}`);
  // A plan names parts behind those that they read.
  for (const { key, kind } of rows) {
    if (kind === 'input') level.set(key, 0);
    if (kind === 'fusion') level.set(key, 1 + Math.max(...sourcesOf(key, rows, reads).map(levelOf)));
  }
  const last = 1 + Math.max(...level.values());
  return Array.from({ length: last + 1 }, (_, index) =>
    rows.filter(({ key, kind }) => (kind === 'head' ? last : level.get(key)) === index),
  );
}

/** The inputs and fusions that a part reads. */
const sourcesOf = (key: string, rows: readonly Row[], reads: Drawn['reads']): Row[] =>
  (reads[key] ?? []).flatMap((name) => rows.find((row) => row.kind !== 'head' && row.name === name) ?? []);

function edges(boxes: readonly Box[], reads: Drawn['reads'], downwards: boolean): SVGPathElement[] {
  const rows = boxes.map(({ row }) => row);
  return boxes.flatMap((to) =>
    sourcesOf(to.row.key, rows, reads).flatMap((row) => {
      const from = boxes.find((box) => box.row === row);
      return from ? [drawn('path', { d: curve(from, to, downwards) })] : [];
    }),
  );
}

function curve(from: Box, to: Box, downwards: boolean): string {
  if (downwards) {
    const [x1, y1, x2, y2] = [from.x + BOX_WIDTH / 2, from.y + BOX_HEIGHT, to.x + BOX_WIDTH / 2, to.y];
    return `M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2, to.x, to.y + BOX_HEIGHT / 2];
  return `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`;
}

function boxOf({ row, x, y }: Box): SVGGElement {
  const middle = { x: x + BOX_WIDTH / 2, 'text-anchor': 'middle' };
  const name = row.name.length > LONGEST_NAME ? `${row.name.slice(0, LONGEST_NAME - 1)}…` : row.name;
  return drawn(
    'g',
    { class: row.kind },
    drawn('rect', { x, y, width: BOX_WIDTH, height: BOX_HEIGHT, rx: 9 }),
    drawn('text', { ...middle, y: y + 20 }, name),
    drawn('text', { ...middle, y: y + 36, class: 'what' }, shortName(row.plugin)),
  );
}

export const shortName = (plugin: string): string => plugin.replace(/^@sensorium\/\w+-/, '');

const sentences = (rows: readonly Row[], reads: Drawn['reads']): string =>
  rows
    .filter(({ kind }) => kind !== 'input')
    .map(
      ({ key, name }) =>
        `${name} reads ${sourcesOf(key, rows, reads)
          .map((row) => row.name)
          .join(' and ')}`,
    )
    .join('; ');
