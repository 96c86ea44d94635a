import { isDeepStrictEqual } from 'node:util';
import { readSafeTensors, writeSafeTensors } from '@sensorium/tensors';
import type { Target } from '../process/judge.js';
import { requireSane, requireTensor } from './insane.js';

/** Reads tensors, writes them, and reads them again. */
export const readTensors: Target = async ({ bytes }) => {
  const { tensors, metadata } = readSafeTensors(bytes);
  for (const [name, tensor] of Object.entries(tensors)) requireTensor(name, tensor);
  requireSane(
    Object.values(metadata).every((text) => typeof text === 'string'),
    'metadata that are no text',
  );
  const again = readSafeTensors(writeSafeTensors(tensors, metadata));
  requireSane(isDeepStrictEqual({ ...again.tensors }, { ...tensors }), 'written again, tensors are others');
  requireSane(isDeepStrictEqual({ ...again.metadata }, { ...metadata }), 'written again, metadata are others');
};
