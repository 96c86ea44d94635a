import type { Scores } from '@sensorium/contracts';
import type { Example, Metrics, StepReport, Variation } from '../../metrics.js';
import { renderReport } from '../index.js';

/** Scores of the metrics that reports are tested with. */
export const scoresOf = (panels?: Scores['panels']): Scores => ({
  decides: 'accuracy',
  metrics: {
    accuracy: {
      value: 0.9125,
      interval: { low: 0.83, high: 0.957, level: 0.95 },
      better: 'higher',
      unit: '%',
      meaning: 'Share of the answers that are right.',
      baseline: { value: 0.3125, title: 'always “cat”' },
    },
    meanError: { value: 12.345, better: 'lower', title: 'mean absolute error', unit: '°' },
  },
  ...(panels && { panels }),
});

const epoch = (epoch: number, loss: number, accuracy: number) => ({
  epoch,
  loss,
  losses: { animal: loss },
  seconds: 4,
  validation: { loss: loss + 0.1, losses: { animal: loss + 0.1 }, metrics: { animal: { accuracy, meanError: 20 } } },
});

/** Losses that fall evenly from the first step to 0, ten steps an epoch. */
export const stepsOf = (epochs: number): StepReport[] =>
  Array.from({ length: 10 * epochs }, (_, index) => {
    const loss = 3 * (1 - (index + 1) / (10 * epochs));
    return { step: index + 1, loss, losses: { animal: loss }, learningRate: 0.001 };
  });

export const metrics: Metrics = {
  name: 'pets',
  backend: 'webgpu',
  seconds: 97,
  rows: { train: 1200, validation: 90, test: 80 },
  memory: 812_000_000,
  parameters: 752_141,
  decides: { head: 'animal', name: 'accuracy' },
  bestEpoch: 2,
  history: [epoch(1, 2, 0.5), epoch(2, 1, 0.9), epoch(3, 0, 0.7)],
  steps: stepsOf(3),
  stepsPerEpoch: 10,
  heldOut: '90 rows of 1290, 7 % of train.csv by chance',
  warnings: [],
  validation: { animal: scoresOf() },
  test: { animal: scoresOf() },
};

/** The page of some metrics. */
export const render = (
  changes: Partial<Metrics> = {},
  examples: readonly Example[] = [],
  variations: readonly Variation[] = [],
): Promise<string> =>
  renderReport({
    metrics: { ...metrics, ...changes },
    examples,
    variations,
    plan: 'image → 3×64×64',
    manifestText: '{"a":1}',
  });

/** The page of one head's panels. */
export const renderPanels = (panels: Scores['panels']): Promise<string> =>
  render({ test: { animal: scoresOf(panels) } });

/** What people read: without tags, with single spaces. */
export const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

/** The points of all lines in the page, in the drawing's units. */
export const linesOf = (page: string): number[][][] =>
  [...page.matchAll(/<polyline points="([\d., -]*)"/g)].flatMap(([, points]) =>
    points === undefined ? [] : [points.split(' ').map((point) => point.split(',').map(Number))],
  );

/** The addresses of all pictures, or sounds, in the page. */
export const sourcesOf = (page: string, tag: 'img' | 'audio'): string[] =>
  [...page.matchAll(new RegExp(`<${tag}[^>]* src="([^"]*)"`, 'g'))].flatMap(([, url]) =>
    url === undefined ? [] : [url],
  );
