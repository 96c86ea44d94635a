import type { Random } from '@sensorium/contracts';
import { addMoments, Moments } from '../series/moments.js';
import type { Series } from '../series/series.js';
import type { Steps } from '../steps.js';
import { changeEach } from './change-each.js';
import { lostShare } from './lost-share.js';

/** Rows that are lost together. */
const ROWS = 3;

export interface SeriesNoise {
  /** 0…1 */
  readonly level: number;
  readonly random: Random;
  /** What stands for a value that is lost, of a channel with such a mean. */
  readonly lost: (mean: number) => number;
}

/**
 * A series with white Gaussian noise on every channel, of the deviation level · its own: a channel that never changes stays as it
 * is, and gaps stay gaps. Then values are lost, a share level²/4 of them one by one, and as many in stretches of three rows, in all
 * channels. One value stays in any case.
 */
export function* disturbSeries(series: Series, { level, random, lost }: SeriesNoise): Steps<Series> {
  const { channels, values } = series;
  const share = lostShare(level) / 2;
  const [noise, single, rows] = [random.fork('noise'), random.fork('single'), random.fork('rows')];
  const stretches = Math.ceil(values.length / channels.length / ROWS);
  const isLost = Uint8Array.from({ length: stretches }, () => Number(rows.uniform() < share));
  const own = momentsOf(series);
  const kept = values.findIndex((value) => !Number.isNaN(value));
  const disturbed = yield* changeEach(values, (value, at) => {
    const { mean, spread } = own[at % channels.length] as Moments;
    const noisy = value + level * spread * noise.normal();
    const isGone = single.uniform() < share || isLost[Math.floor(at / channels.length / ROWS)] === 1;
    return isGone && at !== kept ? lost(mean) : noisy;
  });
  return { ...series, values: disturbed };
}

function momentsOf(series: Series): Moments[] {
  const moments = series.channels.map(() => new Moments());
  addMoments(series, [...series.channels.keys()], moments);
  return moments;
}
