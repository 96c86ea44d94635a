import { required, SensoriumError, type IO, type Tensor } from '@sensorium/contracts';
import { within } from '@sensorium/media';
import type { Parts } from './model/parts.js';
import { own } from './own.js';
import type { Base, Platform } from './platform.js';
import type { ReadingRules } from './reading-rules.js';
import { sampleTensors, sampleValues, type OnNote, type OnValue, type Sample } from './sample.js';
import { Slots } from './slots.js';

export interface ReadSampleOptions {
  readonly inputs: readonly string[];
  readonly base: Base | undefined;
  readonly onNote: OnNote | undefined;
  readonly onValue?: OnValue | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads samples for a pipeline: as many at once, from where, and for as long as its rules say. */
export class SampleReader {
  private readonly slots: Slots;

  constructor(
    private readonly parts: Parts,
    private readonly platform: Platform,
    private readonly rules: ReadingRules,
  ) {
    this.slots = new Slots(rules.atOnce);
  }

  /** A sample's tensors, [1,…] each. Throws SENSORIUM_TIMEOUT, the signal's reason, and what decoding and preparing throw. */
  async tensors(
    sample: Sample,
    { inputs, onNote, onValue, ...from }: ReadSampleOptions,
  ): Promise<Record<string, Tensor>> {
    return this.read(from, (io) => sampleTensors(this.parts, sample, { inputs, io, onNote, onValue }));
  }

  /** A sample's decoded values, by input. Throws as `tensors` does. */
  async values(
    sample: Sample,
    { inputs, ...from }: Omit<ReadSampleOptions, 'onNote' | 'onValue'>,
  ): Promise<Record<string, readonly unknown[]>> {
    return this.read(from, async (io) => {
      const values = inputs.map(async (name) => {
        const part = required(this.parts.inputs[name], `the input "${name}"`);
        return [name, await sampleValues(part, own(sample, name), io)] as const;
      });
      return Object.fromEntries(await Promise.all(values));
    });
  }

  private async read<T>(
    { base, signal }: Pick<ReadSampleOptions, 'base' | 'signal'>,
    work: (io: IO) => Promise<T>,
  ): Promise<T> {
    const { seconds, access, limits } = this.rules;
    const release = await this.slots.take(signal);
    return within({ seconds, late: () => tooLong(seconds), signal }, async (signal) => {
      // Where decoding does not heed the signal, it needs its memory until it really ends.
      try {
        return await work(this.platform.io(base, { signal, access, limits }));
      } finally {
        release();
      }
    });
  }
}

const tooLong = (seconds: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_TIMEOUT',
    message: `reading and decoding the sample took longer than ${seconds} seconds`,
    hint: 'Give a smaller or nearer source. The program can allow more by the option "limits".',
  });
