import type { OperatorCase } from './operator-case.js';
import { operatorCases } from './operator-cases.js';

/** Where operators are compared with their formulas, and which of their cases run there; what is refused is tested too. */
export const operatorBackends = {
  cpu: () => true,
  wasm: () => true,
  webgpu: ({ refusedByWebgpu }) => refusedByWebgpu === undefined,
} satisfies Record<string, (one: OperatorCase) => boolean>;

export type OperatorBackend = keyof typeof operatorBackends;

export const isRunOn = (backend: OperatorBackend, one: OperatorCase): boolean => {
  const runs: (one: OperatorCase) => boolean = operatorBackends[backend];
  return runs(one);
};

/** The cases of every operator that run on a backend; or those that it refuses. */
export const casesOn = (backend: OperatorBackend, refused = false): Record<string, readonly OperatorCase[]> =>
  Object.fromEntries(
    Object.entries(operatorCases).map(([name, cases]) => [
      name,
      cases.filter((one) => isRunOn(backend, one) !== refused),
    ]),
  );
