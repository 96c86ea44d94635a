import { SensoriumError } from '@sensorium/contracts';

/**
 * What ONNX Runtime, WebGPU and JavaScript say where memory does not suffice. A tensor whose size is no number any more, or
 * more than one buffer of the graphics card can hold, is the same trouble to whoever asked for it.
 */
const words = [
  /failed to allocate/i,
  /bad_alloc/,
  /out of memory|OUT_OF_(DEVICE|HOST)_MEMORY|memory limit/i,
  /allocation failed/i,
  /smaller than requested bytes/,
  /Tensor shape is too large|Tensor storage size overflowed|SafeIntOnOverflow/,
  /exceeds the max buffer size|Invalid Buffer.* due to a previous error|Too many storage buffers in shader/,
];

/** The number of bytes, where they say it. */
const size = /(?:buffer of size |Buffer size \(|requested bytes of )(\d+)/;

/** SENSORIUM_OUT_OF_MEMORY, if that is what an error of ONNX Runtime is about. */
export function outOfMemory(cause: unknown): SensoriumError | undefined {
  const message = messageOf(cause);
  if (!words.some((word) => word.test(message))) return undefined;
  const bytes = size.exec(message)?.[1];
  const asked = bytes === undefined ? 'more than there can be' : `${gigabytes(Number(bytes))} at once`;
  return new SensoriumError({
    code: 'SENSORIUM_OUT_OF_MEMORY',
    message: `The model needs more memory than the backend can have; it asked for ${asked}. ONNX Runtime says: ${message}`,
    hint:
      'Run fewer samples at once. In training: a smaller training.batchSize, with training.accumulate to keep the steps as ' +
      'large, or training.recompute. Or take a smaller model, or a backend with more memory.',
    cause,
  });
}

const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();
