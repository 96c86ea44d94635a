import { performance } from 'node:perf_hooks';
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
  agreed: number;
  readonly wrong: { readonly name: string; readonly problem: string }[];
  /** Those that there was no time for, or at the first of which the process ended. */
  untried: readonly string[];
}

type Result =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      seconds: number;
      /** Networks and trainings, against the backend cpu. */
      readonly models: Tally;
      /** Operators and their gradients, against formulas and differences of those. */
      readonly operators: Tally;
    };

/** Whether a backend computes what it should: the cases of the tests, where no test runner is. */
export const agreement: Workload = {
  description:
    'every operator and its gradient against formulas, models against cpu, on each backend, within --minutes',
  async run({ only, minutes = 30, save }) {
    const backends: Record<string, Result> = {};
    for (const backend of chosen(all, only)) {
      const changed = async (result: Result): Promise<void> => {
        backends[backend.name] = result;
        await save({ backends });
      };
      await examine(backend, minutes, changed);
    }
    const results = Object.values(backends);
    return {
      table: [['', 'models', 'operators', 'seconds'], ...Object.entries(backends).map(rowOf)],
      result: { backends },
      failed: results.some((one) => one.available && one.models.wrong.length + one.operators.wrong.length > 0),
    };
  },
};

/** Tells the result after every trial. */
async function examine(backend: Backend, minutes: number, changed: (result: Result) => Promise<void>): Promise<void> {
  const availability = await backend.available();
  if (!availability.available) return changed({ available: false, reason: availability.reason });
  const start = performance.now();
  const models = modelTrials();
  const operators = isOperatorBackend(backend.name) ? operatorTrials(backend.name) : [];
  const result = { available: true as const, seconds: 0, models: tallyOf(models), operators: tallyOf(operators) };
  const work = [
    ...models.map((trial) => ({ trial, tally: result.models })),
    ...operators.map((trial) => ({ trial, tally: result.operators })),
  ];
  await changed(result);
  for (const { trial, tally } of work) {
    if (result.seconds > minutes * 60) break;
    count(tally, trial.name, await problemsOf(trial, backend));
    result.seconds = (performance.now() - start) / 1000;
    await changed(result);
  }
}

const modelTrials = (): Trial[] =>
  referenceModels().map((reference) => ({
    ...reference,
    problems: async (outputs) => disagreements(reference, outputs, await compute(cpu, reference)),
  }));

const tallyOf = (trials: readonly Trial[]): Tally => ({
  of: trials.length,
  agreed: 0,
  wrong: [],
  untried: trials.map(({ name }) => name),
});

function count(tally: Tally, name: string, problems: readonly string[]): void {
  tally.untried = tally.untried.slice(1);
  if (problems.length === 0) tally.agreed++;
  tally.wrong.push(...problems.map((problem) => ({ name, problem })));
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
