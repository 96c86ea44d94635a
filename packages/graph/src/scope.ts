import type { Initializer, ParameterOptions, Scope, SymbolicTensor, Symbols } from '@sensorium/contracts';
import {
  Declarations,
  type Follower,
  type NoiseInput,
  type Parameter,
  type RandomRequest,
  type View,
} from './declarations.js';
import { constant } from './value.js';

export interface ScopeOptions {
  /** Default `inference` */
  readonly mode?: Scope['mode'];
  /** float32 scalar 0…1. Default: a constant 1, as in a finished model */
  readonly progress?: SymbolicTensor;
  /**
   * Makes float32 random values. Randomness is data, fed beside the samples: so a step is a pure function, the same on every
   * backend, and a resumed training repeats the very same noise. Default: float32 inputs, listed in `noises`.
   */
  readonly random?: (request: RandomRequest) => SymbolicTensor;
}

/** The root scope of one graph, with everything that was declared in it. */
export interface RootScope extends Scope {
  readonly parameters: readonly Parameter[];
  /** Only a loss may have any. */
  readonly followers: readonly Follower[];
  /** The losses of parts, float32 scalars, by the names of their scopes: `fusion/balance`. */
  readonly losses: Symbols;
  /** Where `random` was not given. */
  readonly noises: readonly NoiseInput[];
}

/** Where a graph's parameters are declared, in training, at inference, or for the loss of held-out samples. */
export function createScope(options: ScopeOptions = {}): RootScope {
  const { mode = 'inference', progress = constant(1) } = options;
  const declared = new Declarations(mode);

  const scopeAt = (path: readonly string[], view: View): Scope => {
    const nameOf = (own: string): string => [...path, own].join('/');
    return {
      path: path.join('/'),
      mode,
      progress,
      at: (...names) => scopeAt([...path, ...names], view),
      shared: () => scopeAt(path, view.kind === 'own' ? { kind: 'shared' } : view),
      follower: (momentum) => scopeAt(path, { kind: 'follower', momentum }),
      parameter: (own, shape, initialize, parameterOptions = {}) =>
        declared.parameter(nameOf(own), shape, initialize, parameterOptions, view),
      random(shape, kind = 'uniform') {
        const request = { path: path.join('/'), shape, kind };
        return options.random?.(request) ?? declared.noise(request);
      },
      loss: (own, value) => declared.loss(nameOf(own), value, view),
    };
  };

  return {
    ...scopeAt([], { kind: 'own' }),
    get parameters() {
      return [...declared.parameters.values()];
    },
    get followers() {
      return [...declared.followers];
    },
    get losses() {
      return Object.fromEntries(declared.losses);
    },
    get noises() {
      return [...declared.noises];
    },
  };
}

/** Declares a learned tensor [..] in `scope`: scope.parameter as a plain function. */
export function parameter(
  scope: Scope,
  name: string,
  shape: readonly number[],
  initialize: Initializer,
  options?: ParameterOptions,
): SymbolicTensor {
  return scope.parameter(name, shape, initialize, options);
}
