// A process whose targets do what none should.
import { SensoriumError } from '@sensorium/contracts';
import { serve } from '../process/serve.js';

const refuse = (message: string, hint?: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message, hint });

serve({
  good: async () => undefined,
  refused: async () => {
    throw refuse('it is damaged', 'Get it again.');
  },
  'without hint': async () => {
    throw refuse('it is damaged');
  },
  endless: async () => {
    throw refuse('x'.repeat(1e5), 'Get it again.');
  },
  foreign: async () => {
    throw refuse("Cannot read properties of undefined (reading 'x')", 'Get it again.');
  },
  unclear: async () => {
    throw new TypeError('oops');
  },
  polluting: async () => {
    Object.assign(Object.prototype, { polluted: true });
    setImmediate(() => Reflect.deleteProperty(Object.prototype, 'polluted'));
  },
  hanging: async () => {
    for (;;);
  },
  growing: async () => {
    const kept: Uint8Array[] = [];
    for (;;) kept.push(new Uint8Array(2 ** 24).fill(1));
  },
  waiting: () => new Promise(() => undefined),
  crashing: async () => {
    setTimeout(() => {
      throw new Error('out of nowhere');
    });
    await new Promise(() => undefined);
  },
  killed: async () => {
    process.kill(process.pid, 'SIGSEGV');
    await new Promise(() => undefined);
  },
});
