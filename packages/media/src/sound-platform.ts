import type { SoundFormat } from './sound-format.js';
import type { SoundNeeds, Waveform } from './waveform.js';

export interface SoundRequest {
  readonly format: SoundFormat;
  /** How errors call it. */
  readonly name: string;
  /** Longer ones may be refused while they are decoded. */
  readonly maxSeconds: number;
  readonly needs: SoundNeeds;
  readonly signal: AbortSignal | undefined;
}

/**
 * Decodes what is not plain WAV, as Node and the browser do each in their way. An error that is no SensoriumError means that the bytes
 * are damaged.
 */
export type SoundPlatform = (bytes: Uint8Array, request: SoundRequest) => Promise<Waveform>;
