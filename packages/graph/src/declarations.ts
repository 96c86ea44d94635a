import {
  SensoriumError,
  type Initializer,
  type Momentum,
  type FollowedValue,
  type ParameterOptions,
  type RandomKind,
  type Scope,
  type Shape,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { formatShape, sameShape } from '@sensorium/tensors';
import { shapeError } from './error.js';
import { standIn } from './stand-in.js';
import { createValue, input, type Value } from './value.js';

/** A learned tensor of a graph. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialize: Initializer;
  readonly decay: boolean;
  readonly pretrained: boolean;
  /** What it follows in training instead of being learned. */
  readonly follows?: Follows;
  readonly symbol: SymbolicTensor;
}

/** Values of a batch that a parameter follows, and where these are used in its place. */
export interface Follows {
  /** Of every use; their mean is followed. */
  readonly of: readonly SymbolicTensor[];
  readonly momentum: number;
  /** What the graph reads in its place: values of their own, which stand for those of the batch. */
  readonly places: readonly SymbolicTensor[];
}

/** A tensor of a teacher: a leaf of the graph like a parameter, but not learned. */
export interface Follower {
  /** `encoder/weight:follower`; of the same parameter with another momentum `encoder/weight:follower2` */
  readonly name: string;
  readonly parameter: Parameter;
  readonly momentum: Momentum;
  readonly symbol: SymbolicTensor;
}

/** An input that is to be filled with random numbers. */
export interface NoiseInput {
  /** `picture.noise` of the scope `picture`, a second one `picture.noise2` */
  readonly name: string;
  readonly kind: RandomKind;
  readonly shape: Shape;
  readonly symbol: SymbolicTensor;
}

/** Random values that a scope asks for. */
export interface RandomRequest {
  readonly path: string;
  readonly shape: Shape;
  readonly kind: RandomKind;
}

/** How a scope sees its place: as the first there, again with the same weights, or with a teacher's. */
export type View =
  { readonly kind: 'own' } | { readonly kind: 'shared' } | { readonly kind: 'follower'; momentum: Momentum };

/** What is known while a graph is built of one of its parameters. */
interface Declared extends Parameter {
  follows?: { readonly momentum: number; readonly of: SymbolicTensor[]; readonly places: Value[] };
}

/** Float32 numbers of 2 GiB: an ONNX file holds no more. */
const MOST_NUMBERS = 2 ** 29;

/** Far more tensors than any model has. */
const MOST_PARAMETERS = 20_000;

/** Everything that the scopes of one graph declare, by name. */
export class Declarations {
  readonly parameters = new Map<string, Declared>();
  readonly followers: Follower[] = [];
  readonly losses = new Map<string, SymbolicTensor>();
  readonly noises: NoiseInput[] = [];
  private readonly noisesAt = new Map<string, number>();
  /** Of the numbers of all parameters. */
  private count = 0;

  constructor(private readonly mode: Scope['mode']) {}

  /** What the graph reads: the parameter, or what stands in its place. */
  parameter(
    name: string,
    shape: readonly number[],
    initialize: Initializer,
    options: ParameterOptions,
    view: View,
  ): SymbolicTensor {
    const known = this.parameters.get(name);
    if (known && view.kind === 'own') throw duplicate('parameters', name);
    if (!known && view.kind === 'follower') throw nothingToFollow(name);
    if (known && !sameShape(known.shape, shape)) throw otherShape(known, shape);
    const one = known ?? this.declare(name, shape, initialize, options);
    const follower = view.kind === 'follower' ? this.follower(one, view.momentum) : undefined;
    if (options.follows && this.mode === 'training') return placeOf(one, options.follows, view);
    return (follower ?? one).symbol;
  }

  private declare(
    name: string,
    shape: readonly number[],
    initialize: Initializer,
    { decay = shape.length > 1, pretrained = false }: ParameterOptions,
  ): Declared {
    this.count += shape.reduce((a, b) => a * b, 1);
    if (this.count > MOST_NUMBERS || this.parameters.size >= MOST_PARAMETERS) throw tooLarge(name, shape);
    const symbol = createValue('float32', shape, { kind: 'parameter', name, initialize, decay });
    const declared = { name, shape, initialize, decay, pretrained, symbol };
    this.parameters.set(name, declared);
    return declared;
  }

  /** One teacher for each momentum. */
  private follower(parameter: Parameter, momentum: Momentum): Follower {
    const others = this.followers.filter((one) => one.parameter === parameter);
    const known = others.find((one) => one.momentum === momentum);
    if (known) return known;
    const name = `${parameter.name}:follower${numberAfter(others.length)}`;
    const { shape, initialize } = parameter;
    const symbol = createValue('float32', shape, { kind: 'parameter', name, initialize, decay: false });
    const follower = { name, parameter, momentum, symbol };
    this.followers.push(follower);
    return follower;
  }

  noise({ path, shape, kind }: RandomRequest): SymbolicTensor {
    const earlier = this.noisesAt.get(path) ?? 0;
    this.noisesAt.set(path, earlier + 1);
    const name = `${path === '' ? 'noise' : `${path}.noise`}${numberAfter(earlier)}`;
    const symbol = input(name, 'float32', shape);
    this.noises.push({ name, kind, shape, symbol });
    return symbol;
  }

  loss(name: string, value: SymbolicTensor, view: View): void {
    if (value.dtype !== 'float32' || value.shape.length > 0) {
      throw shapeError(
        `the loss "${name}" is ${value.dtype} ${formatShape(value.shape)}, and has to be a float32 scalar`,
      );
    }
    const isKnown = this.losses.has(name);
    if (isKnown && view.kind === 'own') throw duplicate('losses', name);
    if (!isKnown && view.kind !== 'follower') this.losses.set(name, value);
  }
}

/** '' for the first, 2 for the second. */
const numberAfter = (earlier: number): string => (earlier === 0 ? '' : `${earlier + 1}`);

/** A teacher stands at the value of its own batch, but only the parameter's own uses are followed. */
function placeOf(declared: Declared, { of, momentum }: FollowedValue, view: View): Value {
  const place = standIn(of);
  declared.follows ??= { momentum, of: [], places: [] };
  declared.follows.places.push(place);
  if (view.kind !== 'follower') declared.follows.of.push(of);
  return place;
}

const duplicate = (what: string, name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_DUPLICATE_NAME',
    message: `two ${what} are called "${name}"`,
    hint: 'Give each layer a scope of its own: scope.at("first"), scope.at("second"). For the same weights again: scope.shared().',
  });

const tooLarge = (name: string, shape: readonly number[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_OUT_OF_MEMORY',
    message: `with "${name}" ${formatShape(shape)} the model has more than ${MOST_NUMBERS} numbers or ${MOST_PARAMETERS} tensors to learn`,
    hint: 'Take smaller widths, shorter sequences or fewer layers.',
  });

const otherShape = ({ name, shape: known }: Parameter, shape: readonly number[]): SensoriumError =>
  shapeError(
    `the parameter "${name}" is ${formatShape(known)}, and asked for again as ${formatShape(shape)}`,
    'Weights that are shared or followed need inputs of the same sizes.',
  );

const nothingToFollow = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `a follower asks for the parameter "${name}", which is not declared`,
    hint: 'Build what is learned first, and its follower from the same layers after it.',
  });
