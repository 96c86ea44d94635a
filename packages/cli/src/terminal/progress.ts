import type { Decision, Progress } from '@sensorium/trainer';
import { styleText } from 'node:util';
import { formatMetric } from './metric.js';
import { show, tell } from './output.js';
import { count, decimal, duration, percent } from './units.js';
import { plain, visible } from './visible.js';
import { cut } from './width.js';

/** What a command is doing; commands add what the trainer does not know. */
export type Report = Omit<Progress, 'phase'> & {
  readonly phase: Progress['phase'] | 'answer' | 'write';
  /** Which of several works it is. */
  readonly of?: string;
};

/** Shows how far a long work is, on stderr. */
export interface ProgressView {
  readonly report: (progress: Report) => void;
  /** A line that stays. */
  readonly line: (text: string) => void;
  /** Takes away what is not to stay. */
  readonly end: () => void;
}

/** How many of all are done. */
interface Steps {
  readonly done: number;
  readonly total: number;
}

const LIVE_MILLISECONDS = 100;
const PLAIN_MILLISECONDS = 10_000;
const BAR_WIDTH = 20;
/** For terminals that do not say how wide they are. */
const NARROW = 80;

const verbs: Readonly<Record<Report['phase'], string>> = {
  download: 'downloading',
  learn: 'learning from',
  hash: 'reading',
  prepare: 'preparing',
  features: 'computing features of',
  range: 'trying learning rates',
  measure: 'measuring',
  train: 'training',
  epoch: 'training',
  validate: 'validating',
  test: 'testing',
  robustness: 'disturbing and testing',
  explain: 'explaining',
  save: 'saving',
  answer: 'answering',
  write: 'writing',
};

/** One live line on a terminal; elsewhere a line now and then. Every finished epoch gets a line of its own. */
export function progressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  const live = stream.isTTY && process.env['TERM'] !== 'dumb';
  const interval = live ? LIVE_MILLISECONDS : PLAIN_MILLISECONDS;
  let shownAt = live ? -Infinity : performance.now();
  let epochStart = performance.now();
  let training = false;

  const clear = (): void => {
    if (live) show('', stream);
  };
  const line = (text: string): void => {
    clear();
    tell(text, stream);
    shownAt = live ? -Infinity : performance.now();
  };
  const present = (progress: Report): void => {
    if (performance.now() - shownAt < interval) return;
    if (!live) return line(formatProgress(progress));
    shownAt = performance.now();
    show(cut(visible(formatProgress(progress, BAR_WIDTH)), (stream.columns || NARROW) - 1), stream);
  };

  return {
    line,
    end: clear,
    report(progress) {
      if (progress.phase === 'epoch') {
        line(formatEpoch(progress, (performance.now() - epochStart) / 1000, stream));
        epochStart = performance.now();
        return;
      }
      training ||= progress.phase === 'train';
      if (!training) epochStart = performance.now();
      present(progress);
    },
  };
}

/** Adds to reports of one phase what it will still take, at the pace that it had since the first one. */
export function timed(phase: Report['phase'], view: ProgressView): (progress: Steps) => void {
  let first: { readonly done: number; readonly at: number } | undefined;
  return ({ done, total }) => {
    const now = performance.now();
    first ??= { done, at: now };
    const pace = (now - first.at) / 1000 / (done - first.done);
    view.report({ phase, done, total, ...(done > first.done && { secondsLeft: pace * (total - done) }) });
  };
}

/** `epoch 3/10   loss 0.4120   31.0 %   1 min 20 s left`; with a bar where `barWidth` is given. */
function formatProgress(progress: Report, barWidth = 0): string {
  const { phase, subject, done, total, secondsLeft, epoch, epochs, of = '' } = progress;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const parts = [
    of,
    epoch === undefined ? [verbs[phase], plain(subject ?? '')].filter(Boolean).join(' ') : `epoch ${epoch}/${epochs}`,
    barWidth > 0 ? bar(share, barWidth) : '',
    phase === 'train' ? percent(share) : `${count(done)} of ${count(total)}`,
    formatLosses(progress),
    secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join('   ');
}

/** `epoch  3/10   loss 0.4120   answer.accuracy 97.31 %   12 s` */
function formatEpoch(progress: Report, seconds: number, stream: NodeJS.WriteStream): string {
  const { epoch, epochs, score } = progress;
  const parts = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    formatLosses(progress),
    score ? `${formatDecision(score)} ${styleText('bold', formatMetric(score.metric), { stream })}` : '',
    duration(seconds),
  ];
  return parts.filter(Boolean).join('   ');
}

/** `loss 0.4120`, and of several the terms: `loss 0.4120 (answer 0.3120, fusion.balance 0.1000)` */
function formatLosses({ loss, losses = {} }: Report): string {
  if (loss === undefined) return '';
  const terms = Object.entries(losses).map(([name, value]) => `${name} ${decimal(value)}`);
  return `loss ${decimal(loss)}${terms.length > 1 ? ` (${terms.join(', ')})` : ''}`;
}

/** What epochs are compared by: `answer.accuracy`, `validation loss`. */
export const formatDecision = ({ head, name }: Decision): string =>
  head === null ? 'validation loss' : `${head}.${name}`;

function bar(share: number, width: number): string {
  const filled = Math.round(share * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
