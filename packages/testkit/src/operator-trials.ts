import {
  casesOn,
  operatorTrial,
  type OperatorBackend,
  type OperatorTrial,
  type Tolerances,
} from '@sensorium/graph/testing';

export interface NamedTrial extends OperatorTrial {
  /** Of the operator. */
  readonly name: string;
}

/** Graphics cards are less exact in sines and the like; WGSL asks for 2⁻¹¹. */
const rough: Tolerances = { value: 3e-4, gradient: 1e-3 };

const options: Readonly<Record<OperatorBackend, Parameters<typeof operatorTrial>[1]>> = {
  cpu: {},
  wasm: { single: true },
  webgpu: { single: true, tolerances: rough },
};

export const isOperatorBackend = (name: string): name is OperatorBackend => Object.hasOwn(options, name);

/** Every operator in the cases that a backend runs, with its gradient, each to be compared with its formula. */
export const operatorTrials = (backend: OperatorBackend): NamedTrial[] =>
  Object.entries(casesOn(backend)).map(([name, cases]) => ({ name, ...operatorTrial(cases, options[backend]) }));

/** The cases that a backend is known to refuse. Each by itself, because the first that fails ends a model. */
export const refusedTrials = (backend: OperatorBackend): NamedTrial[] =>
  Object.entries(casesOn(backend, true)).flatMap(([name, cases]) =>
    cases.map((one) => ({ name, ...operatorTrial([one], options[backend]) })),
  );
