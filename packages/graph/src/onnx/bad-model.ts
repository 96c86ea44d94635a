import { SensoriumError } from '@sensorium/contracts';
import type { NodeProto } from './onnx_pb.js';

export function badModel(message: string, hint?: string, cause?: unknown): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_BAD_MODEL', message, hint, cause });
}

/** `Conv "block1/conv"`: a node as people find it in a viewer. Nodes without a name are named by what they give. */
export function describeNode({ opType, domain, name, output }: NodeProto): string {
  const type = domain ? `${domain}.${opType}` : opType;
  return name ? `${type} "${name}"` : `${type} that gives "${output.find(Boolean) ?? ''}"`;
}
