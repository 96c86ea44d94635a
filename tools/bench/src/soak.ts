import { required, type Random } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { residentMiB } from './memory.js';
import { inScratch } from './scratch.js';
import { makeMedia } from './soak/media.js';
import { loadModels, type Models } from './soak/models.js';
import { watched, type Lag, type Reading } from './soak/readings.js';
import { chooseKind, kindsOf, type Kind, type Request } from './soak/requests.js';
import { BrokenOff, Tally } from './soak/tally.js';
import type { Report, Workload } from './workload.js';

/** Requests at once. */
const AT_ONCE = 64;
/** Share of the time in which caches fill and compilers finish. */
const WARM_UP = 0.15;
/** Milliseconds after which some requests are broken off, at most. */
const LATEST_ABORT = 1000;

interface Soak {
  readonly models: Models;
  readonly kinds: readonly Kind[];
  readonly expected: ReadonlyMap<Request, unknown>;
  readonly tally: Tally;
}

/** Two models answer good and bad requests for some minutes; all answers and errors are checked. */
export const soak: Workload = {
  description: `good, bad and hostile requests to two models, ${AT_ONCE} at once, for --minutes (10): answers, memory, lag`,
  run: ({ seed, minutes = 10 }) =>
    inScratch('soak', async (folder) => {
      const models = await loadModels(folder, seed);
      try {
        const kinds = kindsOf(folder, await makeMedia(folder, seed));
        const soak = { models, kinds, expected: await answersTo(models, kinds), tally: new Tally() };
        const random = createRandom(seed, 'soak');
        await ask(soak, WARM_UP * minutes, random.fork('warm-up'));
        const warmMiB = residentMiB();
        const { readings, lag } = await watched(() => ask(soak, (1 - WARM_UP) * minutes, random.fork('rest')));
        return reportOf(soak, { minutes, warmMiB, endMiB: residentMiB(), readings, lag });
      } finally {
        await Promise.all(Object.values(models).map((model) => model.dispose()));
      }
    }),
};

/** What each good request is answered while nothing else is asked. */
async function answersTo(models: Models, kinds: readonly Kind[]): Promise<Map<Request, unknown>> {
  const answers = new Map<Request, unknown>();
  for (const request of kinds.flatMap(({ codes, requests }) => (codes ? [] : requests))) {
    answers.set(request, await models[request.model].run(request.sample, request.options));
  }
  return answers;
}

/** As many at once as there may be, for so many minutes. */
async function ask(soak: Soak, minutes: number, random: Random): Promise<void> {
  const end = performance.now() + 60_000 * minutes;
  const askers = Array.from({ length: AT_ONCE }, async (_, index) => {
    const own = random.fork(String(index));
    while (performance.now() < end) await askOnce(soak, own);
  });
  await Promise.all(askers);
}

async function askOnce({ models, kinds, expected, tally }: Soak, random: Random): Promise<void> {
  const kind = chooseKind(kinds, random);
  const request = required(kind.requests[random.integer(kind.requests.length)], 'a request');
  const breaking = new AbortController();
  const timer = kind.isAborted
    ? setTimeout(() => breaking.abort(new BrokenOff()), random.integer(LATEST_ABORT))
    : undefined;
  const start = performance.now();
  try {
    const answer = await models[request.model].run(request.sample, { ...request.options, signal: breaking.signal });
    tally.answered(kind, answer, expected.get(request), performance.now() - start);
  } catch (error) {
    tally.refused(kind, error);
  } finally {
    clearTimeout(timer);
  }
}

interface Measured {
  readonly minutes: number;
  /** Of the whole process after the warm-up and at the end, with nothing asked and nothing left to collect. */
  readonly warmMiB: number;
  readonly endMiB: number;
  readonly readings: readonly Reading[];
  readonly lag: Lag;
}

function reportOf({ tally }: Soak, { minutes, warmMiB, endMiB, readings, lag }: Measured): Report {
  const { counts, faults, milliseconds } = tally;
  const requests = Object.values(counts).reduce((sum, count) => sum + count.requests, 0);
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const percentile = (share: number): number => required(sorted[Math.floor(share * (sorted.length - 1))], 'a duration');
  const latency = { p50: percentile(0.5), p99: percentile(0.99), max: percentile(1) };
  const largestMiB = Math.max(...readings.map((reading) => reading.residentMiB));
  const result = {
    minutes,
    requests,
    faults: Object.fromEntries(faults),
    memory: { warmMiB, endMiB, grownMiB: endMiB - warmMiB, largestMiB },
    lag,
    latency,
  };
  const milli = ({ p50, p99, max }: Lag): string[] => [p50, p99, max].map((value) => value.toFixed(1));
  return {
    table: [
      ['', 'requests', 'answers', 'errors', 'broken off'],
      ...Object.entries(counts).map(([name, { requests: all, answers, errors, brokenOff }]) => [
        name,
        ...[all, answers, Object.values(errors).reduce((sum, count) => sum + count, 0), brokenOff].map(String),
      ]),
      ['', 'p50', 'p99', 'max'],
      ['ms to an answer', ...milli(latency)],
      ['ms late, event loop', ...milli(lag)],
      ['', 'warm', 'end', 'largest'],
      ['MiB', ...[warmMiB, endMiB, largestMiB].map(String)],
      ...told(faults, requests),
    ],
    result: { ...result, counts, readings },
    failed: faults.size > 0,
  };
}

function told(faults: ReadonlyMap<string, number>, requests: number): string[][] {
  if (faults.size === 0) return [[`all of ${requests} requests came to what they must`]];
  return [...faults].map(([what, times]) => [`FAULT, ${times} times: ${what}`]);
}
