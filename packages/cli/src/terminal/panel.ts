import { required, type Panel, type Scores } from '@sensorium/contracts';
import { formatMetric } from './metric.js';
import { formatTable, GAP, type Column } from './table.js';
import { count, decimal } from './units.js';
import { cut, roomOn, widthOf } from './width.js';

/** With more labels a matrix does not fit on a screen. */
const MOST_LABELS = 15;
const MOST_ROWS = 20;
const LABEL_WIDTH = 24;
const [SHORTEST_BAR, LONGEST_BAR] = [5, 30];

type Formats = { readonly [K in Panel['kind']]: (panel: Extract<Panel, { kind: K }>) => string | undefined };

/** What has no entry is for the eye: the report draws it. */
const formats: Formats = {
  matrix: formatMatrix,
  table: formatRows,
  bars: formatBars,
  curve: formatCurve,
  points: () => undefined,
  bins: () => undefined,
  gallery: () => undefined,
};

/** The panels of all heads that a terminal can show, each below its title. */
export function formatPanels(scores: Readonly<Record<string, Pick<Scores, 'panels'>>>): string[] {
  return Object.entries(scores).flatMap(([head, { panels = [] }]) =>
    panels.flatMap((panel) => {
      const text = formatPanel(panel);
      return text === undefined ? [] : [`${head}: ${panel.title}\n${text}`];
    }),
  );
}

/** Undefined where a terminal cannot show it. */
export const formatPanel = <K extends Panel['kind']>(panel: Extract<Panel, { kind: K }>): string | undefined =>
  formats[panel.kind](panel);

/** Its columns are named by letters, as Weka has it, which stand before the rows of the same label, too. */
function formatMatrix({ rows, columns, counts }: Extract<Panel, { kind: 'matrix' }>): string | undefined {
  if (Math.max(rows.length, columns.length) > MOST_LABELS) return undefined;
  const letters = columns.map((_, index) => String.fromCharCode('a'.charCodeAt(0) + index));
  const letterOf = (label: string): string => letters[columns.indexOf(label)] ?? '';
  const titles: Column[] = [
    { title: '' },
    { title: 'truth ↓  answer →' },
    ...letters.map((title): Column => ({ title, align: 'right' })),
  ];
  const lines = rows.map((label, index) => [
    letterOf(label),
    cut(label, LABEL_WIDTH),
    ...required(counts[index], `the counts of "${label}"`).map((value) => (value === 0 ? '·' : count(value))),
  ]);
  const others = columns.filter((label) => !rows.includes(label)).map((label) => `${letterOf(label)}: ${label}`);
  return [formatTable(titles, lines), ...others].join('\n');
}

function formatRows({ columns, rows }: Extract<Panel, { kind: 'table' }>): string {
  const titles = columns.map((title, index): Column => ({
    title,
    align: typeof rows[0]?.[index] === 'number' ? 'right' : 'left',
  }));
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cut(cell, LABEL_WIDTH))));
  return withRest(formatTable(titles, shown), rows.length);
}

function formatBars({ bars, unit }: Extract<Panel, { kind: 'bars' }>): string {
  const all = Object.entries(bars);
  const longest = Math.max(...all.map(([, value]) => Math.abs(value)).filter(Number.isFinite), Number.MIN_VALUE);
  const shown = all.slice(0, MOST_ROWS);
  const told = shown.map(([name, value]) => [cut(name, LABEL_WIDTH), formatMetric({ value, unit })]);
  const lines = formatTable([{}, { align: 'right' }], told, Infinity).split('\n');
  const room = roomOn(process.stdout) - Math.max(...lines.map(widthOf)) - GAP.length;
  const width = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, room));
  const drawn = shown.map(([, value], index) => {
    const length = Number.isFinite(value) ? Math.round((Math.abs(value) / longest) * width) : 0;
    return `${required(lines[index], 'a line')}${GAP}${(value < 0 ? '░' : '█').repeat(length)}`.trimEnd();
  });
  return withRest(drawn.join('\n'), all.length);
}

/** Eighths of a line's height. */
const HEIGHTS = '▁▂▃▄▅▆▇█';

/** A line for each line, as high as all of them together, from its first point to its last; gaps are empty. */
function formatCurve({ lines, x, y }: Extract<Panel, { kind: 'curve' }>): string | undefined {
  const all = Object.entries(lines).filter(([, line]) => line.length > 1);
  const values = all.flatMap(([, line]) => line.map(([, value]) => value)).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const level = (value: number): string => {
    if (!Number.isFinite(value)) return ' ';
    const share = high > low ? (value - low) / (high - low) : 1 / 2;
    return HEIGHTS.charAt(Math.round(share * (HEIGHTS.length - 1)));
  };
  const rows = all.slice(0, MOST_ROWS).map(([name, line]) => {
    const width = Math.min(LONGEST_BAR, line.length);
    const at = (place: number): number => Math.round((place * (line.length - 1)) / (width - 1));
    const drawn = Array.from({ length: width }, (_, place) => level(required(line[at(place)], 'a point')[1]));
    const ends = [line.at(0), line.at(-1)].map((point) => formatMetric({ value: required(point, 'an end')[1] }));
    return [cut(name, LABEL_WIDTH), drawn.join(''), ends.join(' → ')];
  });
  return withRest(`${y} over ${x}\n${formatTable([{}, {}, {}], rows)}`, all.length);
}

function formatNumber(value: number): string {
  if (value === 0) return '·';
  return Number.isInteger(value) ? count(value) : decimal(value);
}

const withRest = (text: string, rows: number): string =>
  rows > MOST_ROWS ? `${text}\nand ${count(rows - MOST_ROWS)} more` : text;
