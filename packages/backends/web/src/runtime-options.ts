import { onDevice, type Kept } from '@sensorium/backend-runtime';
import type { InferenceSession } from 'onnxruntime-web';
import type { Provider } from './start-runtime.js';

/** How ONNX Runtime opens a model. */
export const runtimeOptions = (provider: Provider, { carried }: Kept): InferenceSession.SessionOptions => ({
  executionProviders: [provider],
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  ...(provider === 'webgpu' ? onDevice(carried) : {}),
});
