import type { Bin, Panel } from '@sensorium/contracts';
import { wrongInterval } from './interval.js';
import { findWrongLines, findWrongPoints, findWrongShown } from './shown.js';

/** What a report could not draw of a panel. */
export async function findWrongPanel(panel: Panel): Promise<string[]> {
  const found = [...(panel.title ? [] : ['it has no title']), ...(await wrongContent(panel))];
  return found.map((problem) => `the panel "${panel.title}": ${problem}`);
}

function wrongContent(panel: Panel): string[] | Promise<string[]> {
  switch (panel.kind) {
    case 'matrix':
      return wrongMatrix(panel);
    case 'curve':
      return [...wrongAxes(panel), ...findWrongLines(panel.lines)];
    case 'points':
      return [...wrongAxes(panel), ...findWrongPoints(panel.at)];
    case 'bins':
      return [...wrongAxes(panel), ...wrongBins(panel)];
    case 'bars':
      return Object.values(panel.bars).every(Number.isFinite) ? [] : ['a bar is not a finite number'];
    case 'table':
      return wrongTable(panel);
    case 'gallery':
      return wrongGallery(panel);
    default:
      return [`its kind is ${JSON.stringify((panel as { kind?: unknown }).kind)}, which no report draws`];
  }
}

type Of<Kind extends Panel['kind']> = Extract<Panel, { readonly kind: Kind }>;

function wrongMatrix({ rows, columns, counts }: Of<'matrix'>): string[] {
  const isFitting = counts.length === rows.length && counts.every((line) => line.length === columns.length);
  if (!isFitting) return [`its counts are not ${rows.length} rows of ${columns.length} columns`];
  return counts.flat().every((count) => Number.isInteger(count) && count >= 0) ? [] : ['a count is not 0, 1, 2, …'];
}

/** Who does not see a drawing is told it by the names of its axes. */
const wrongAxes = ({ x, y }: { readonly x: string; readonly y: string }): string[] =>
  x && y ? [] : ['an axis has no name'];

function wrongBins({ bins }: Of<'bins'>): string[] {
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  const isBin = ({ from, to, at, value, count }: Bin): boolean =>
    from < to && at >= from && at <= to && isShare(value) && Number.isInteger(count) && count > 0;
  return bins.flatMap((bin, index) => [
    ...(isBin(bin) ? [] : [`bin ${index} is not a share 0…1 of at least one sample between from and to`]),
    ...(bins.slice(0, index).every(({ to }) => to <= bin.from) ? [] : [`bin ${index} begins before the last one ends`]),
    ...wrongInterval(bin).map((problem) => `the interval of bin ${index} ${problem}`),
  ]);
}

function wrongTable({ columns, rows }: Of<'table'>): string[] {
  if (!columns.every(Boolean)) return ['a column has no title'];
  const isCell = (cell: string | number): boolean => typeof cell === 'string' || Number.isFinite(cell);
  return rows.flatMap((row, index) =>
    row.length === columns.length && row.every(isCell)
      ? []
      : [`row ${index} is not ${columns.length} texts or finite numbers`],
  );
}

async function wrongGallery({ items }: Of<'gallery'>): Promise<string[]> {
  const found = await Promise.all(
    items.map(async ({ title, modality, value }) =>
      findWrongShown(await modality.show(value)).map((problem) => `the item "${title}": ${problem}`),
    ),
  );
  return found.flat();
}
