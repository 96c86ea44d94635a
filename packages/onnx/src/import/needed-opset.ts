import { textOf, type NodeProto, type TensorProto } from '@sensorium/graph/protobuf';
import { recordOf } from '../operators/index.js';

/** Operator set 17 is what everything is read as. */
const OLDEST = 17;

/**
 * The oldest operator set, from 17 on, that can say what a node says: what 17 cannot say was left when it was read.
 *
 * @param stored the tensor that the file stores under a name, as far as the node can see
 */
export function neededOpset(node: NodeProto, stored: (name: string) => TensorProto | undefined): number {
  const { operator, inputs, attributes, values, types } = recordOf(node)?.since ?? {};
  const [count, since] = inputs ?? [Infinity, OLDEST];
  const needed = [
    OLDEST,
    operator,
    node.input.length > count ? since : undefined,
    ...node.attribute.map(({ name }) => attributes?.[name]),
    ...node.attribute.map((one) => values?.[one.name]?.[textOf(one)]),
    ...(types ? node.input.map((name) => types.get(stored(name)?.dataType ?? 0)) : []),
  ];
  return Math.max(...needed.filter((one) => one !== undefined));
}
