import type { Duration, Forecast, Planned } from '@sensorium/trainer';
import { formatTable } from './table.js';
import { bytes, count, duration, plural } from './units.js';

/** How much is to be done, and how long that takes as far as it was measured. */
export function formatSteps({ steps, manifest }: Planned, forecast: Forecast | undefined): string {
  const { epochs, perEpoch, batchSize, accumulate, all } = steps;
  const { minutes, learningRate } = manifest.training;
  const step = accumulate > 1 ? `${accumulate} × ${batchSize}` : count(batchSize);
  const rows = [
    ['steps', `${plural(epochs, 'epoch')} of ${plural(perEpoch, 'step')} with ${step} samples: ${count(all)}`],
    ...(minutes === null ? [] : [['limit', `${minutes} min of training; what fits into it is done`]]),
    ['learning rate', learningRate === 'auto' ? 'to be found by a range test' : String(learningRate)],
    ...(forecast ? measured(forecast) : []),
  ];
  return formatTable([{}, {}], rows);
}

function measured({ prepare, step, epoch, all, memory, steps }: Forecast): string[][] {
  const first = prepare >= 1 ? `, of which preparing takes ${duration(prepare)} once` : '';
  return [
    ['a step', `${range(step)}, measured in ${plural(steps, 'step')}`],
    ['an epoch', range(epoch)],
    ['all', `${range(all)}${first}`],
    ...(memory === null ? [] : [['memory', `${bytes(memory)} at its peak`]]),
  ];
}

/** `41 ms (38 ms to 55 ms)` */
function range({ low, usual, high }: Duration): string {
  const [least, middle, most] = [time(low), time(usual), time(high)];
  return least === most ? middle : `${middle} (${least} to ${most})`;
}

const time = (seconds: number): string =>
  seconds < 0.95 ? `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms` : duration(seconds);
