import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { cpu, cuda, webgpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import type { Backend, Tensors } from '@sensorium/contracts';
import { disagreements, isOperatorBackend, operatorTrials, referenceModels } from '@sensorium/testkit/agreement';
import { firstLine } from './first-line.js';
import { chosen, type Workload } from './workload.js';

const all: readonly Backend[] = [cpu, wasm, webgpu, cuda];

/** Something to compute, and what is wrong with the result. */
interface Trial {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: Tensors;
  readonly problems: (outputs: Tensors) => string[] | Promise<string[]>;
}

interface Tally {
  readonly of: number;
  readonly agreed: number;
  readonly wrong: readonly { readonly name: string; readonly problem: string }[];
  /** Those that there was no time for. */
  readonly untried: readonly string[];
}

type Result =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      readonly seconds: number;
      /** Networks and trainings, against the backend cpu. */
      readonly models: Tally;
      /** Operators and their gradients, against formulas and differences of those. */
      readonly operators: Tally;
    };

/** Whether a backend computes what it should: the cases of the tests, where no test runner is. */
export const agreement: Workload = {
  description:
    'every operator and its gradient against formulas, models against cpu, on each backend, within --minutes',
  async run({ only, minutes = 30 }) {
    const backends: Record<string, Result> = {};
    for (const backend of chosen(all, only)) backends[backend.name] = await examine(backend, minutes);
    const results = Object.values(backends);
    return {
      table: [['', 'models', 'operators', 'seconds'], ...Object.entries(backends).map(rowOf)],
      result: { backends },
      failed: results.some((one) => one.available && one.models.wrong.length + one.operators.wrong.length > 0),
    };
  },
};

async function examine(backend: Backend, minutes: number): Promise<Result> {
  const availability = await backend.available();
  if (!availability.available) return { available: false, reason: availability.reason };
  const start = performance.now();
  const isOver = (): boolean => performance.now() - start > minutes * 60_000;
  const models = await tally(backend, modelTrials(), isOver);
  const operators = await tally(backend, isOperatorBackend(backend.name) ? operatorTrials(backend.name) : [], isOver);
  return { available: true, seconds: (performance.now() - start) / 1000, models, operators };
}

const modelTrials = (): Trial[] =>
  referenceModels().map((reference) => ({
    ...reference,
    problems: async (outputs) => disagreements(reference, outputs, await compute(cpu, reference)),
  }));

async function tally(backend: Backend, trials: readonly Trial[], isOver: () => boolean): Promise<Tally> {
  const wrong: { name: string; problem: string }[] = [];
  const untried: string[] = [];
  for (const trial of trials) {
    if (isOver()) {
      untried.push(trial.name);
      continue;
    }
    // A driver may end the process: then this tells at what.
    process.stderr.write(`${backend.name}: ${trial.name}\n`);
    wrong.push(...(await problemsOf(trial, backend)).map((problem) => ({ name: trial.name, problem })));
  }
  const failed = new Set(wrong.map(({ name }) => name));
  return { of: trials.length, agreed: trials.length - untried.length - failed.size, wrong, untried };
}

/** Problems list every number; what is wrong shows in the first. */
const longest = 300;

async function problemsOf(trial: Trial, backend: Backend): Promise<string[]> {
  try {
    const problems = await trial.problems(await compute(backend, trial));
    return problems.map((problem) => problem.slice(0, longest));
  } catch (error) {
    return [firstLine(error).slice(0, longest)];
  }
}

async function compute(backend: Backend, { model, inputs }: Pick<Trial, 'model' | 'inputs'>): Promise<Tensors> {
  const session = await backend.load(model);
  try {
    return await session.run(inputs);
  } finally {
    await session.dispose();
  }
}

function rowOf([name, result]: readonly [string, Result]): readonly string[] {
  if (!result.available) return [`${name}: ${result.reason}`];
  const share = ({ agreed, of, untried }: Tally): string =>
    `${agreed} of ${of}${untried.length > 0 ? `, ${untried.length} untried` : ''}`;
  return [name, share(result.models), share(result.operators), result.seconds.toFixed(1)];
}
