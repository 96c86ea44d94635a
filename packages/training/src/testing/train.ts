import type { Tensor, Tensors } from '@sensorium/contracts';
import type { TrainingProgram } from '../index.js';
import { rows, makeTensor } from '@sensorium/tensors';
import { numbers, withSession, testRandom } from '@sensorium/graph/testing';

/** What a program left behind: its state, and what it reported of every step. */
export interface Outcome {
  readonly state: Record<string, Tensor>;
  readonly reports: Record<string, number[]>;
}

/** Runs steps in programs of the given sizes, each beginning where the last one ended. */
export async function train(
  program: TrainingProgram,
  data: Tensors,
  chunks: readonly number[],
  seed = 1,
): Promise<Outcome> {
  return withSession(program.model, async (session) => {
    const values = program.frozenValues(testRandom(seed));
    const frozen = Object.fromEntries(program.frozen.map((name) => [name, values[name]!]));
    let state: Record<string, Tensor> = program.initialState(testRandom(seed));
    const names = [...program.reports, 'gradientNorms'];
    const reports: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
    let first = 0;
    for (const count of chunks) {
      const fed = rows(data, first, first + count);
      const outputs = await session.run({ ...state, ...frozen, ...fed, steps: makeTensor('int64', [], [count]) });
      state = Object.fromEntries(program.state.map((name) => [name, outputs[`next/${name}`]!]));
      for (const name of names) reports[name]!.push(...numbers(outputs[name]));
      first += count;
    }
    return { state, reports };
  });
}
