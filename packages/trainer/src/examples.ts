import { required, type Detail, type Head, type Prediction } from '@sensorium/contracts';
import type { Example, Sight } from './metrics.js';
import { sightOf, type Seen } from './sight.js';
import { spread } from './spread.js';

/** Of each rank, of all heads together. */
const SHOWN = 24;

/** The values of a row by the names of inputs and heads: none where one is missing, several where a cell holds many. */
export interface LookedAt {
  readonly inputs: Readonly<Record<string, readonly Seen[]>>;
  readonly targets: Readonly<Record<string, readonly Seen[]>>;
}

/** An answer, and what its head's meter says of it. */
export interface Answered {
  readonly prediction: Prediction;
  readonly details: readonly Detail[];
}

export interface ExampleOptions {
  /** Those without `decode` have no answers to show. */
  readonly heads: Readonly<Record<string, Head>>;
  /** Rows that were scored. */
  readonly rows: Uint32Array;
  /** Of each head with a meter: how bad the answer to each of `rows` is. */
  readonly badness: Readonly<Record<string, Float32Array>>;
  /** Decodes a row. Called once for each row that is shown. */
  readonly look: (row: number) => Promise<LookedAt>;
  /** Each head's answers to some rows. Called once. */
  readonly answer: (rows: Uint32Array) => Promise<Readonly<Record<string, readonly Answered[]>>>;
}

/** What a report shows of each head: the worst answers and the best; some of a head that cannot tell. */
export async function pickExamples({ heads, rows, badness, look, answer }: ExampleOptions): Promise<Example[]> {
  const answering = Object.entries(heads).flatMap(([name, head]) => (head.decode ? [name] : []));
  if (answering.length === 0 || rows.length === 0) return [];
  const most = Math.max(1, Math.floor(SHOWN / answering.length));
  const picks = answering.flatMap((head) => pickOf(badness[head], rows, most).map((pick) => ({ ...pick, head })));
  const shown = Uint32Array.from(new Set(picks.map(({ row }) => row)));
  const answers = await answer(shown);
  const sights = new Map<number, Sights>();
  for (const row of shown) sights.set(row, await sightsOf(await look(row)));
  const examples = picks.map(async ({ head, rank, row }): Promise<Example> => {
    const { inputs, targets } = required(sights.get(row), `what row ${row} shows`);
    const { prediction, details } = required(
      answers[head]?.[shown.indexOf(row)],
      `the answer of "${head}" to row ${row}`,
    );
    return { head, rank, inputs, truth: targets[head] ?? [], answer: await answerOf(prediction), details };
  });
  return Promise.all(examples);
}

interface Pick {
  readonly rank: Example['rank'];
  readonly row: number;
}

function pickOf(badness: Float32Array | undefined, rows: Uint32Array, most: number): Pick[] {
  if (!badness) return spread([...rows], most).map((row) => ({ rank: 'some', row }));
  const worstFirst = [...rows.keys()].sort((a, b) => badnessAt(badness, b) - badnessAt(badness, a));
  const half = Math.ceil(rows.length / 2);
  const worst = worstFirst.slice(0, Math.min(most, half));
  const best = worstFirst.slice(half).reverse().slice(0, most);
  const at = (rank: Example['rank'], positions: readonly number[]): Pick[] =>
    positions.map((position) => ({ rank, row: required(rows[position], `row ${position} of those that were scored`) }));
  return [...at('worst', worst), ...at('best', best)];
}

/** NaN is worse than anything. */
function badnessAt(badness: Float32Array, position: number): number {
  const value = required(badness[position], `the badness of row ${position}`);
  return Number.isNaN(value) ? Number.MAX_VALUE : value;
}

interface Sights {
  readonly inputs: Readonly<Record<string, readonly Sight[]>>;
  readonly targets: Readonly<Record<string, readonly Sight[]>>;
}

async function sightsOf({ inputs, targets }: LookedAt): Promise<Sights> {
  return { inputs: await allSights(inputs), targets: await allSights(targets) };
}

async function allSights(values: LookedAt['inputs']): Promise<Sights['inputs']> {
  const sights: Record<string, Sight[]> = {};
  for (const [name, own] of Object.entries(values)) sights[name] = await Promise.all(own.map(sightOf));
  return sights;
}

async function answerOf({ text, confidence, media }: Prediction): Promise<Example['answer']> {
  return {
    text,
    ...(confidence !== undefined && { confidence }),
    ...(media && { media: await sightOf(media) }),
  };
}
