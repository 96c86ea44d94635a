import { required, type Panel, type Scores } from '@sensorium/contracts';
import { mapRecord } from '@sensorium/orchestrator';
import type { HeadRobustness, Robustness } from './robustness.js';

/** What a report, and a terminal, show of robustness: for each head curves, their figures, and the subsets of inputs. */
export const robustnessPanels = ({ levels, heads }: Robustness): Record<string, Pick<Scores, 'panels'>> =>
  mapRecord(heads, (head) => ({ panels: panelsOf(head, levels) }));

function panelsOf(head: HeadRobustness, levels: readonly number[]): Panel[] {
  const { noise, subsets } = head;
  return [
    ...(noise.length > 0 ? [curves(head, levels), figures(head, levels)] : []),
    ...(subsets.length > 0 ? [missing(head)] : []),
  ];
}

/** The noise on one input is called like the input. */
const nameOf = (inputs: readonly string[]): string =>
  inputs.length === 1 ? inputs.join() : `all: ${inputs.join(', ')}`;

const curves = ({ metric, title, noise }: HeadRobustness, levels: readonly number[]): Panel => ({
  kind: 'curve',
  title: 'Under noise',
  meaning: 'Noise on one input while the others are as they are, and on all at once.',
  x: 'σ',
  y: title ?? metric,
  lines: Object.fromEntries(
    noise.map(({ inputs, values }) => [
      nameOf(inputs),
      values.map((value, at) => [required(levels[at], `level ${at}`), value] as const),
    ]),
  ),
});

function figures({ metric, title, better, noise }: HeadRobustness, levels: readonly number[]): Panel {
  const shown = [0, 0.2, 0.5, 1].map((level) => ({ level, at: levels.indexOf(level) }));
  const isCompared = noise.some(({ effective }) => effective !== undefined);
  return {
    kind: 'table',
    title: 'Robustness to noise',
    meaning:
      `${title ?? metric}, ${better} is better. Relative: the mean over all σ.` +
      (isCompared ? ' Effective: what is kept beyond the baseline, summed over all σ.' : ''),
    columns: [
      'noise on',
      ...shown.map(({ level }) => `σ = ${level}`),
      'relative',
      ...(isCompared ? ['effective'] : []),
    ],
    rows: noise.map(({ inputs, values, relative, effective }) => [
      nameOf(inputs),
      ...shown.map(({ at }) => required(values[at], `level ${at}`)),
      relative,
      ...(effective === undefined ? [] : [effective]),
    ]),
  };
}

const missing = ({ metric, title, value, subsets }: HeadRobustness): Panel => ({
  kind: 'table',
  title: 'With inputs missing',
  columns: ['inputs that are there', title ?? metric],
  rows: [['all', value], ...subsets.map((subset): [string, number] => [subset.inputs.join(', '), subset.value])],
});
