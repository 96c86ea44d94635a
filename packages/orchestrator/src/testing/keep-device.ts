// For pages.
import { webgpu } from '@sensorium/backend-web';
import type { Session } from '@sensorium/contracts';
import { input, neg, toOnnx } from '@sensorium/graph';

/**
 * A page's device, with the shaders that were compiled on it, is gone with the last session. One that is never disposed keeps them
 * from test to test, which are several times as fast for it where shaders are compiled for the processor.
 */
export const keepDevice = (): Promise<Session> =>
  webgpu.load(toOnnx({ outputs: { y: neg(input('x', 'float32', [1])) } }));
