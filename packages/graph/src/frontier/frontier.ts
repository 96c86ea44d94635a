import type { SymbolicTensor } from '@sensorium/contracts';
import { dependenciesOf, nodesInOrder } from '../traverse.js';
import { valueOf, type Node, type Value } from '../value.js';

/** A value that stays the same for a sample however long training goes on. */
export interface FrontierValue {
  readonly value: SymbolicTensor;
  /** The inputs that it is computed from. */
  readonly inputs: readonly SymbolicTensor[];
}

export interface FrontierOptions {
  /** Whether training changes a parameter. */
  readonly isTrained: (parameter: string) => boolean;
  /** Whether an input is the same each time its sample comes: not augmented, not noise. */
  readonly isSteady: (input: SymbolicTensor) => boolean;
  /** Whether a value can be kept; of one that cannot, what it is computed from is taken. Default: all can. */
  readonly canKeep?: (value: SymbolicTensor) => boolean;
  /**
   * Values that are kept rather than what is made of them without further weights, unless that is smaller: graphs that go on
   * differently then share what is kept. Default: none.
   */
  readonly shared?: readonly SymbolicTensor[];
}

/** What is known of a value: whether it varies, what it was made from. */
interface Trace {
  readonly varies: boolean;
  /** Whether frozen weights went into it: only then is it worth keeping. */
  readonly weighted: boolean;
  readonly inputs: ReadonlySet<Value>;
  /** The shared values that it is made of without further weights; undefined where weights of others went into it. */
  readonly shared: ReadonlySet<Value> | undefined;
}

/**
 * The last values that frozen parameters make of steady inputs, before anything that varies comes in: computed once and
 * kept, they spare training the whole graph before them.
 */
export function frozenFrontier(outputs: readonly SymbolicTensor[], options: FrontierOptions): FrontierValue[] {
  const { canKeep = () => true } = options;
  const shared = new Set(options.shared?.map(valueOf));
  const traces = new Map<Value, Trace>();
  const traceOf = (value: Value): Trace => {
    const known = traces.get(value) ?? traceLeaf(value, options);
    traces.set(value, known);
    return known;
  };
  const frontier = new Set<Value>();
  const note = (value: Value): void => {
    const { varies, weighted, inputs, shared: before } = traceOf(value);
    if (varies || !weighted || inputs.size === 0) return;
    if (before && !before.has(value) && sizeOf(before) <= sizeOf([value])) before.forEach(note);
    else if (canKeep(value)) frontier.add(value);
    else if (value.source.kind === 'node') dependenciesOf(value.source.node).forEach(note);
  };
  for (const node of nodesInOrder(outputs.map(valueOf))) {
    const trace = traceNode(node, traceOf);
    for (const output of node.outputs) {
      traces.set(output, shared.has(output) && trace.weighted ? { ...trace, shared: new Set([output]) } : trace);
    }
    if (trace.varies) dependenciesOf(node).forEach(note);
  }
  outputs.map(valueOf).forEach(note);
  return [...frontier].map((value) => ({ value, inputs: [...traceOf(value).inputs] }));
}

const nothing: ReadonlySet<Value> = new Set();

/** Elements; open sizes, which no value has that can be kept, count as one. */
const sizeOf = (values: Iterable<Value>): number =>
  [...values].reduce((sum, { shape }) => sum + shape.reduce<number>((size, one) => size * (Number(one) || 1), 1), 0);

function traceLeaf(value: Value, { isTrained, isSteady }: FrontierOptions): Trace {
  const { source } = value;
  if (source.kind === 'parameter')
    return { varies: isTrained(source.name), weighted: true, inputs: nothing, shared: undefined };
  if (source.kind !== 'input') return { varies: false, weighted: false, inputs: nothing, shared: nothing };
  return { varies: !isSteady(value), weighted: false, inputs: new Set([value]), shared: nothing };
}

function traceNode(node: Node, traceOf: (value: Value) => Trace): Trace {
  const all = dependenciesOf(node).map(traceOf);
  return {
    varies: all.some(({ varies }) => varies),
    weighted: all.some(({ weighted }) => weighted),
    inputs: new Set(all.flatMap(({ inputs }) => [...inputs])),
    shared: unionOf(all.map(({ shared }) => shared)),
  };
}

/** Undefined where one of them is. */
function unionOf(sets: readonly (ReadonlySet<Value> | undefined)[]): ReadonlySet<Value> | undefined {
  const known = sets.flatMap((set) => (set ? [set] : []));
  return known.length < sets.length ? undefined : new Set(known.flatMap((set) => [...set]));
}
