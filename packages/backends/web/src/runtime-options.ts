import { onDevice, type Kept } from '@sensorium/backend-runtime';
import type { InferenceSession } from 'onnxruntime-web';
import type { Provider } from './start-runtime.js';

/** How ONNX Runtime opens a model. */
export const runtimeOptions = (provider: Provider, { carried }: Kept): InferenceSession.SessionOptions => ({
  executionProviders: [provider],
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  ...(provider === 'webgpu' ? { ...onDevice(carried), extra: withoutBrokenFusions } : {}),
});

/**
 * Where a sum goes to a layer normalisation alone, ONNX Runtime makes one node of both, which does not give the deviation on
 * WebGPU that a gradient reads.
 */
const withoutBrokenFusions = { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } };
