import { dirname, relative, resolve, sep } from 'node:path';
import { stringify } from 'yaml';
import { count } from '../terminal/units.js';
import { visible } from '../terminal/visible.js';
import type { DraftPart, ManifestDraft } from './draft.js';

interface Written extends Omit<ManifestDraft, 'text'> {
  readonly name: string;
  /** Where it will be. */
  readonly file: string;
  /** Rows that were looked at. */
  readonly looked: number;
  readonly training: Training;
}

interface Training {
  readonly epochs: number;
  readonly batchSize: number;
}

/** Steps after which most models of this size have learned what they can. */
const STEPS = 3000;
const MOST_EPOCHS = 40;

/** Batches so large that an epoch has some dozens of them, and epochs for about 3,000 of those. */
export function trainingFor(rows: number): Training {
  const batchSize = rows < 1000 ? 16 : rows < 10_000 ? 64 : 256;
  const epochs = Math.round((STEPS * batchSize) / rows);
  return { batchSize, epochs: Math.min(MOST_EPOCHS, Math.max(1, epochs)) };
}

/** YAML with a comment for every choice. */
export function writeManifest({ name, file, rows, looked, inputs, head, leftOut, data, training }: Written): string {
  const paths = Object.entries(data).map(([use, path]) => `  ${use}: ${scalar(asSeenFrom(file, path))}`);
  const lines = [
    `# A draft: ${count(looked)} of ${count(rows)} rows were looked at. What each part takes: docs/manifest.md.`,
    'sensorium: 1',
    `name: ${scalar(name)}`,
    'inputs:',
    ...inputs.flatMap(linesOfInput),
    ...leftOut.map(({ column, because }) => `  # Left out: ${comment(column)}, because ${comment(because)}.`),
    ...(inputs.length > 1
      ? ['# Side by side; attention looks at parts of them, too, and takes longer.', 'fusion: concat']
      : []),
    'heads:',
    ...linesOfHead(head),
    `# About ${count(Math.ceil(rows / training.batchSize) * training.epochs)} steps; --time 5m ends sooner. The best epoch on a held-out tenth is kept.`,
    'training:',
    `  epochs: ${training.epochs}`,
    `  batchSize: ${training.batchSize}`,
    'data:',
    ...paths,
  ];
  return `${lines.join('\n')}\n`;
}

function linesOfInput({ name, use, columns, together, empty }: DraftPart): string[] {
  const missing = empty > 0 ? [`    missing: learned # ${count(empty)} rows have nothing there`] : [];
  if (together) {
    const each = columns.map(({ column, because }) => `      - ${scalar(column)} # ${comment(because)}`);
    return [`  ${scalar(name)}:`, `    encoder: ${scalar(use)}`, '    columns:', ...each, ...missing];
  }
  return columns.flatMap(({ column, because }) => [
    `  ${scalar(name)}: # ${comment(because)}`,
    `    encoder: ${scalar(use)}`,
    ...(column === name ? [] : [`    column: ${scalar(column)}`]),
    ...missing,
  ]);
}

const linesOfHead = ({ name, use, columns }: DraftPart): string[] =>
  columns.flatMap(({ column, because }) => [
    `  ${scalar(name)}: # ${comment(because)}`,
    `    use: ${scalar(use)}`,
    ...(column === name ? [] : [`    column: ${scalar(column)}`]),
  ]);

const scalar = (text: string): string => stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trim();

/** In one line. */
const comment = (text: string): string => visible(text.replace(/\s+/g, ' '));

/** A path of a table as a manifest names it. */
function asSeenFrom(manifest: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path;
  return (
    relative(dirname(resolve(manifest)), resolve(path))
      .split(sep)
      .join('/') || '.'
  );
}
