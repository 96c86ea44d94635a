import { SensoriumError } from '@sensorium/contracts';
import type { NodeProto } from './onnx_pb.js';
import { typeOf } from './walk.js';

export function badModel(message: string, hint?: string, cause?: unknown): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_BAD_MODEL', message, hint, cause });
}

/** `Conv "block1/conv"`: a node as people find it in a viewer. Nodes without a name are named by what they give. */
export function describeNode(node: NodeProto): string {
  const { name, output } = node;
  if (name) return `${typeOf(node)} "${name}"`;
  const given = output.find(Boolean);
  return `${typeOf(node)} that gives ${given === undefined ? 'nothing' : `"${given}"`}`;
}
