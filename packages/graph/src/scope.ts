import {
  SensoriumError,
  type Initializer,
  type MovingAverage,
  type ParameterOptions,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { knownShape } from './shape.js';
import { createValue } from './value.js';

/** A learned tensor of a graph. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialize: Initializer;
  readonly decay: boolean;
  readonly pretrained: boolean;
  /** What it follows in training instead of being learned. */
  readonly average?: MovingAverage;
  readonly symbol: SymbolicTensor;
}

/** The root scope of one graph, with every parameter that was declared in it. */
export interface RootScope extends Scope {
  readonly parameters: readonly Parameter[];
}

/**
 * Where a graph's parameters are declared. Training gives `noise`: float32 random numbers of a shape, uniform in [0, 1).
 * Randomness is data, fed beside the samples: so a step is a pure function, the same on every backend, and a resumed
 * training repeats the very same noise.
 */
export function createScope(noise?: (shape: readonly number[]) => SymbolicTensor): RootScope {
  const parameters = new Map<string, Parameter>();

  const scopeAt = (path: readonly string[]): Scope => ({
    path: path.join('/'),
    mode: noise ? 'training' : 'inference',
    at: (...names) => scopeAt([...path, ...names]),
    parameter(own, shape, initialize, options: ParameterOptions = {}) {
      const { decay = shape.length > 1, pretrained = false, average } = options;
      const name = [...path, own].join('/');
      if (parameters.has(name)) throw duplicate(name);
      const symbol = createValue('float32', shape, { kind: 'parameter', name, initialize, decay });
      parameters.set(name, { name, shape, initialize, decay, pretrained, average, symbol });
      return symbol;
    },
    random(shape) {
      if (!noise) throw onlyInTraining(path.join('/'));
      return noise(knownShape(shape, 'randomness'));
    },
  });

  return {
    ...scopeAt([]),
    get parameters() {
      return [...parameters.values()];
    },
  };
}

const onlyInTraining = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_SHAPE',
    message: `${path} asks for random numbers, which exist in training only`,
    hint: "Ask only where scope.mode is 'training'.",
  });

const duplicate = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_DUPLICATE_NAME',
    message: `two parameters are called "${name}"`,
    hint: 'Give each layer a scope of its own: scope.at("first"), scope.at("second").',
  });

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
