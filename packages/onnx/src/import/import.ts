import { itemAt } from './at.js';
import {
  SensoriumError,
  type Dimension,
  type Scope,
  type Shape,
  type Symbols,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { dtypeError, shapeError, valueOf } from '@sensorium/graph/transform';
import { formatShape } from '@sensorium/tensors';
import { badModel, describeNode } from '@sensorium/graph/protobuf';
import { describeType, type TensorDescription } from '../read/describe.js';
import { insideOf, type OnnxModel, type ReadModel } from '../read/read.js';
import { GraphImporter, type UnknownOrigin } from './importer.js';
import { contentOf, isKnown, operandOf, type Operand } from './operand.js';
import { ParameterNames, type IsParameter } from './parameters.js';

export interface ImportOptions {
  /**
   * Symbols for the inputs, by the names of the file. Any other value of the file can be given too; what it was computed
   * from is left out then.
   */
  readonly inputs: Symbols;
  /** Any values of the file, by name. Default: the file's outputs. */
  readonly outputs?: readonly string[];
  /** Which weights are learned; the others stay constants. Default: all. */
  readonly parameters?: IsParameter;
  /**
   * Shapes of values of which neither the file nor the inputs tell them, and which are float32 unless the file says another
   * type. For an input it takes the place of what the file
   * says: a convolutional network that was saved for pictures of 224×224 may take others.
   */
  readonly shapes?: Readonly<Record<string, Shape>>;
  /** Learns of what the file says that is not so, and does no harm: an output that it declares in another shape. */
  readonly onNote?: (note: string) => void;
}

/**
 * A model that was read from a file as part of this graph. Its weights become parameters of `scope`, with the file's
 * values as their first, so that it can be run, cut, extended, differentiated and trained.
 *
 * Operators that this package has are built from them, the others are kept as they are and have no gradient. Open sizes
 * of the file take those of the given symbols. A batch that the file fixes at 1 may be given as any other size or symbol
 * where every operator on the way keeps samples apart; otherwise that is an error.
 *
 * Throws SENSORIUM_MISSING_INPUT and SENSORIUM_UNKNOWN_INPUT for names, SENSORIUM_SHAPE and SENSORIUM_DTYPE for symbols
 * that do not fit, SENSORIUM_BAD_MODEL for what cannot be run, and for an output of another element type
 * than the file says.
 */
export function importGraph(scope: Scope, model: OnnxModel, options: ImportOptions): Record<string, SymbolicTensor> {
  const read = insideOf(model);
  const { inputs, shapes = {}, parameters = () => true, onNote = () => undefined } = options;
  const outputs = options.outputs ?? read.outputs.map(({ name }) => name);
  checkNames(read, Object.keys(inputs), outputs);
  const fitted = fit(read, inputs, shapes);
  const importer = new GraphImporter(
    {
      scope,
      model: read,
      isParameter: parameters,
      parameterNames: new ParameterNames(read.graph.initializers.values()),
      shapes,
      sizes: fitted.sizes,
      batch: fitted.batch,
      folding: { count: 0 },
    },
    read.graph,
    fitted.operands,
  );
  const operands = importer.run(outputs);
  const named = operands.map((operand, index) => [itemAt(outputs, index), operand] as const);
  for (const [name, operand] of named) {
    checkElements({ read, name, operand });
    if (Object.keys(shapes).length === 0) noteShape({ read, name, operand }, onNote);
  }
  return Object.fromEntries(named.map(([name, operand]) => [name, symbolOf(operand, importer.originOf(operand))]));
}

/** An output as it follows, and the file that declares it. */
interface Output {
  readonly read: ReadModel;
  readonly name: string;
  readonly operand: Operand;
}

function checkElements({ read, name, operand }: Output): void {
  const declared = read.outputs.find((output) => output.name === name)?.dtype;
  if (!declared || !operand.dtype || declared === operand.dtype) return;
  throw badModel(
    `the file says that its output "${name}" is ${declared}, and what it computes is ${operand.dtype}`,
    'Save the model again with the output as it is.',
  );
}

/** As ONNX Runtime does: what is computed counts. With other shapes of inputs the file may well say other sizes. */
function noteShape({ read, name, operand }: Output, onNote: (note: string) => void): void {
  const declared = read.outputs.find((output) => output.name === name)?.shape;
  if (!declared || !isKnown(operand)) return;
  const { shape, batchAxis } = operand;
  const isOther = (size: Dimension, axis: number): boolean => {
    const own = shape[axis];
    return typeof size === 'number' && typeof own === 'number' && size !== own && axis !== batchAxis;
  };
  if (declared.length === shape.length && !declared.some(isOther)) return;
  onNote(
    `the file says that its output "${name}" is ${formatShape(declared)}, and what it computes is ${formatShape(shape)}`,
  );
}

function checkNames({ graph, inputs }: ReadModel, given: readonly string[], asked: readonly string[]): void {
  const names = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
  for (const name of graph.nodes.flatMap(({ output }) => output)) if (name) names.add(name);
  const unknown = given.find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new SensoriumError({
      code: 'SENSORIUM_UNKNOWN_INPUT',
      message: `the model has no value "${unknown}" that could be given`,
      hint: `Its inputs are ${inputs.map(({ name }) => name).join(', ')}.`,
    });
  }
  const missing = asked.find((name) => !names.has(name));
  if (missing === undefined) return;
  throw badModel(
    `the model has no value "${missing}" that could be an output`,
    `Its outputs are ${graph.outputs.map(({ name }) => name).join(', ')}; any value inside can be asked for too.`,
  );
}

interface Fitted {
  readonly operands: ReadonlyMap<string, Operand>;
  readonly sizes: ReadonlyMap<string, Dimension>;
  readonly batch: Dimension | undefined;
}

/** Compares the given symbols with what the file says, and finds out what its open sizes are. */
function fit({ graph }: ReadModel, inputs: Symbols, shapes: Readonly<Record<string, Shape>>): Fitted {
  const sizes = new Map<string, Dimension>();
  const opened = new Map<string, Dimension>();
  for (const [name, symbol] of Object.entries(inputs)) {
    const inFile = describeType(name, graph.types.get(name));
    const declared = { ...inFile, shape: (Object.hasOwn(shapes, name) ? shapes[name] : undefined) ?? inFile.shape };
    checkType(declared, symbol);
    for (const [axis, size] of (declared.shape ?? []).entries()) {
      const own = itemAt(symbol.shape, axis);
      if (typeof size === 'string') {
        if ((sizes.get(size) ?? own) !== own) throw misfit(declared, symbol);
        sizes.set(size, own);
      } else if (axis === 0 && size === 1 && own !== 1) {
        opened.set(name, own);
      } else if (size !== own) throw misfit(declared, symbol);
    }
  }
  const [batch, ...others] = new Set(opened.values());
  if (others.length) {
    throw shapeError(
      `the model's fixed batch of 1 was given as ${[batch, ...others].join(' and ')}`,
      'Give all inputs the same batch.',
    );
  }
  const operands = Object.entries(inputs).map(([name, symbol]): [string, Operand] => {
    const value = valueOf(symbol);
    const content = value.source.kind === 'constant' ? contentOf(value.source.tensor) : undefined;
    return [name, operandOf(name, value, { content, batchAxis: opened.has(name) ? 0 : undefined })];
  });
  return { operands: new Map(operands), sizes, batch };
}

function checkType(declared: TensorDescription, symbol: SymbolicTensor): void {
  if (declared.dtype && declared.dtype !== symbol.dtype) {
    throw dtypeError(
      `the model's "${declared.name}" is ${declared.dtype}, and ${symbol.dtype} was given`,
      'Use cast().',
    );
  }
  if (declared.shape && declared.shape.length !== symbol.shape.length) throw misfit(declared, symbol);
}

const misfit = ({ name, shape = [] }: TensorDescription, symbol: SymbolicTensor): SensoriumError =>
  shapeError(
    `the model's "${name}" is ${formatShape(shape)}, and ${formatShape(symbol.shape)} was given`,
    'Open sizes of the model may be anything, the same name the same size. Fixed ones must agree.',
  );

function symbolOf(operand: Operand, origin: UnknownOrigin | undefined): SymbolicTensor {
  if (isKnown(operand)) return operand.value;
  const what = operand.dtype
    ? 'how many axes it has'
    : 'its element type, or the file says one that tensors cannot have';
  const { name } = origin ?? operand;
  const reason = origin ? `: neither the file nor its inputs tell what ${describeNode(origin.node)} gives` : '';
  throw badModel(
    `of the value "${operand.name}" it is not known ${what}${reason}`,
    `State its shape, such as shapes: { '${name}': [batch, 10] }; it is float32 unless the file says otherwise. Or ask for another value.`,
  );
}
