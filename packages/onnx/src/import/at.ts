import { badModel, describeNode, type NodeProto } from '@sensorium/graph/protobuf';
import { shapeError } from '@sensorium/graph/transform';

/** An item of a list, such as the size of an axis; a negative position counts from the end. Throws SENSORIUM_SHAPE for none. */
export function itemAt<T>(list: readonly T[], position: number): T {
  const item = list.at(position);
  if (item === undefined) throw shapeError(`[${list.join()}] has nothing at ${position}`);
  return item;
}

/** The name of an input that every such node has; '' for one that is left out. Throws SENSORIUM_BAD_MODEL. */
export function inputName(node: NodeProto, position: number): string {
  const name = node.input[position];
  if (name === undefined) throw badModel(`${describeNode(node)} has no input ${position}`, 'Save the model again.');
  return name;
}

/** The name of an output that every such node has. Throws SENSORIUM_BAD_MODEL. */
export function outputName(node: NodeProto, position: number): string {
  const name = node.output[position];
  if (!name) throw badModel(`${describeNode(node)} has no output ${position}`, 'Save the model again.');
  return name;
}
