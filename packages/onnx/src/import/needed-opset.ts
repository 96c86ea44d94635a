import type { DataType } from '@sensorium/contracts';
import { attributeOf, textOf, type NodeProto, type TensorProto } from '@sensorium/graph/protobuf';
import { recordOf } from '../operators/index.js';
import { typeAttributes } from '../read/half.js';

/** Operator set 17 is what everything is read as. */
const OLDEST = 17;

/** Element types, by their numbers in files, that came after 17, and the first operator set in which all operators take them. */
const newTypes: ReadonlyMap<number, number> = new Map([
  // Floats of 8 bits, and whole numbers of 4.
  ...[17, 18, 19, 20, 21, 22].map((type) => [type, 21] as const),
  // Floats of 4 bits, a scale of 8, and whole numbers of 2.
  [23, 23],
  [24, 24],
  [25, 25],
  [26, 25],
]);

/** What is known of a node and its file. */
export interface NodeFacts {
  /** The operator set of the file. */
  readonly opset: number;
  /** The tensor that the file stores under a name, as far as the node can see. */
  readonly stored: (name: string) => TensorProto | undefined;
  /** The element type of the first input, where that is known. */
  readonly dtype: DataType | undefined;
}

/**
 * The oldest operator set, from 17 on, that can say what a node says: what 17 cannot say was left when it was read. Where it
 * depends on an element type that is not known, that of the file.
 */
export function neededOpset(node: NodeProto, { opset, stored, dtype }: NodeFacts): number {
  const { operator, inputs, attributes, values, types, dtypes } = recordOf(node)?.since ?? {};
  const [count, since] = inputs ?? [Infinity, OLDEST];
  const used = [
    ...node.input.map((name) => stored(name)?.dataType ?? 0),
    ...typeAttributes.map((name) => Number(attributeOf(node, name)?.i ?? 0)),
  ];
  const byDtype = dtype === undefined ? Object.values(dtypes ?? {}).filter((one) => one <= opset) : [dtypes?.[dtype]];
  const needed = [
    OLDEST,
    operator,
    node.input.length > count ? since : undefined,
    ...node.attribute.map(({ name }) => attributes?.[name]),
    ...node.attribute.map((one) => values?.[one.name]?.[textOf(one)]),
    ...used.flatMap((type) => [newTypes.get(type), types?.get(type)]),
    ...byDtype,
  ];
  return Math.max(...needed.filter((one) => one !== undefined));
}
