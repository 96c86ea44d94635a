import type { Survey, Surveyed } from '@sensorium/contracts';
import type { Waveform } from '@sensorium/modality-audio';
import type { LearnedOptions } from './options.js';

/** What is known of sounds before training: their rates and lengths, and what the model hears of them. */
export async function surveySounds(
  sounds: AsyncIterable<Surveyed<Waveform>>,
  { rate, seconds, windows }: LearnedOptions,
): Promise<Survey> {
  const rates = new Set<string>();
  let [shortest, longest] = [Infinity, 0];
  for await (const { value } of sounds) {
    rates.add(`${(value.original ?? value).rate} Hz`);
    const length = (value.channels[0]?.length ?? 0) / value.rate;
    [shortest, longest] = [Math.min(shortest, length), Math.max(longest, length)];
  }
  const parts = windows > 1 ? `${windows} windows` : 'a window';
  return {
    facts: [
      [...rates].join(', '),
      `${rounded(shortest)} to ${rounded(longest)} s`,
      `heard in ${parts} of ${rounded(seconds)} s at ${rate} Hz`,
    ],
    warnings: [],
  };
}

const rounded = (value: number): number => Number(value.toFixed(2));
