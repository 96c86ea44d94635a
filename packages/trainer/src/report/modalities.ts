import type { Line } from '@sensorium/contracts';
import type { Metrics } from '../metrics.js';
import { courseChart, epochLine, stepLine } from './course.js';
import type { Html } from './html.js';
import { modalityLosses } from './losses.js';

/**
 * Of each head that learns from every input alone, too, what it loses so beside what it loses with all of them, on the rows that
 * are trained on and on those held out: an input whose line stays high beside the others is not learned from.
 */
export function modalityCharts(metrics: Metrics): Html[] {
  const { history, steps } = metrics;
  return Object.entries(modalityLosses(history)).flatMap(([head, inputs]) => {
    const linesOf = (lineOf: (name: string) => Line): Record<string, Line> => ({
      'all inputs': lineOf(head),
      ...Object.fromEntries(Object.entries(inputs).map(([input, name]) => [`${input} alone`, lineOf(name)])),
    });
    const trained = linesOf((name) => stepLine(metrics, steps, ({ losses }) => losses[name]));
    const held = linesOf((name) => epochLine(history, ({ validation }) => validation?.losses?.[name]));
    return [
      courseChart(`Loss of ${head} from all inputs and from each alone, training rows`, metrics, trained),
      ...(history.length > 1 && Object.values(held).some(({ length }) => length > 0)
        ? [courseChart(`Loss of ${head} from all inputs and from each alone, validation rows`, metrics, held)]
        : []),
    ];
  });
}
