import { required, type Line } from '@sensorium/contracts';
import type { EpochReport, Metrics } from '../metrics.js';
import { renderCurve, renderFigure } from './curve.js';
import type { Html } from './html.js';

/** Over epochs, whole and parts of them, with the best one marked. */
export const courseChart = (
  title: string,
  { history, bestEpoch }: Metrics,
  lines: Readonly<Record<string, Line>>,
  unit?: string,
): Html =>
  renderFigure(
    title,
    renderCurve({
      x: 'epoch',
      y: unit === undefined || unit === '%' ? '' : unit,
      lines,
      unit,
      mark: { x: placeOf(required(history[bestEpoch - 1], 'the best epoch')), label: `best: epoch ${bestEpoch}` },
      alt: `${title}.`,
    }),
  );

/** A point for each stretch of steps that has the value, at its end. */
export const stepLine = <R extends { readonly step: number }>(
  { stepsPerEpoch }: Metrics,
  reports: readonly R[],
  valueOf: (report: R) => number | undefined,
): Line => lineOf(reports, ({ step }) => step / stepsPerEpoch, valueOf);

/** A point for each epoch that has the value. */
export const epochLine = (
  history: readonly EpochReport[],
  valueOf: (report: EpochReport) => number | undefined,
): Line => lineOf(history, placeOf, valueOf);

/** Where an epoch ends, of which the last may be a part. */
const placeOf = ({ epoch, share = 1 }: EpochReport): number => epoch - 1 + share;

const lineOf = <R>(
  reports: readonly R[],
  xOf: (report: R) => number,
  valueOf: (report: R) => number | undefined,
): Line =>
  reports.flatMap((report) => {
    const value = valueOf(report);
    return value === undefined ? [] : [[xOf(report), value] as const];
  });
