import { SensoriumError, type Tensor } from '@sensorium/contracts';
import { within } from '@sensorium/media';
import type { Parts } from './model/parts.js';
import type { Base, Platform } from './platform.js';
import type { ReadingRules } from './reading-rules.js';
import { sampleTensors, type OnNote, type Sample } from './sample.js';
import { Slots } from './slots.js';

export interface ReadSampleOptions {
  readonly inputs: readonly string[];
  readonly base: Base | undefined;
  readonly onNote: OnNote | undefined;
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
  async tensors(sample: Sample, { inputs, base, onNote, signal }: ReadSampleOptions): Promise<Record<string, Tensor>> {
    const { seconds, access, limits } = this.rules;
    const release = await this.slots.take(signal);
    return within({ seconds, late: () => tooLong(seconds), signal }, async (signal) => {
      // Where decoding does not heed the signal, it needs its memory until it really ends.
      try {
        const io = this.platform.io(base, { signal, access, limits });
        return await sampleTensors(this.parts, sample, { inputs, io, onNote });
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
