import type { Survey, Surveyed, Warning } from '@sensorium/contracts';
import { findChannels } from './channels.js';
import type { Series } from './series.js';

export interface SeriesSurveyOptions {
  /** The channels that are read. */
  readonly names: readonly string[];
  /** How much of a series is read, in a few words: `the last 30 rows are read`. */
  readonly read: string;
  /** Whether a series is longer than that. */
  readonly isCut: (series: Series) => boolean;
}

/** Names of channels that are told. */
const MOST_NAMED = 4;

/** What is known of series before training: channels, lengths and gaps, and which channels say nothing. */
export async function surveySeries(
  values: AsyncIterable<Surveyed<Series>>,
  { names, read, isCut }: SeriesSurveyOptions,
): Promise<Survey> {
  const channels = names.map(() => new Channel());
  let [count, cut, shortest, longest] = [0, 0, Infinity, 0];
  for await (const { value } of values) {
    const rows = value.values.length / value.channels.length;
    [shortest, longest] = [Math.min(shortest, rows), Math.max(longest, rows)];
    count++;
    if (isCut(value)) cut++;
    // One that lacks a channel is refused when it is prepared, where its row is known.
    for (const [index, column] of (findChannels(value, names) ?? []).entries()) channels[index]?.see(value, column);
  }
  const [seen, gaps] = [total(channels, 'seen'), total(channels, 'gaps')];
  return {
    facts: [
      `${names.length} ${names.length === 1 ? 'channel' : 'channels'}: ${listed(names)}`,
      shortest < longest ? `${shortest} to ${longest} rows` : `${longest} rows`,
      ...(gaps > 0 ? [`${percent(gaps / seen)} of the values are gaps`] : []),
      read,
    ],
    warnings: [
      ...constantChannels(names.filter((_, index) => channels[index]?.isConstant)),
      ...(cut > 0 ? [cutSeries(cut, count, read)] : []),
    ],
  };
}

/** One channel of all series. */
class Channel {
  seen = 0;
  gaps = 0;
  private least = Infinity;
  private greatest = -Infinity;

  see({ channels, values }: Series, column: number): void {
    for (let at = column; at < values.length; at += channels.length) {
      const value = values[at] as number;
      this.seen++;
      if (Number.isNaN(value)) this.gaps++;
      else [this.least, this.greatest] = [Math.min(this.least, value), Math.max(this.greatest, value)];
    }
  }

  get isConstant(): boolean {
    return this.seen > 1 && this.least >= this.greatest;
  }
}

const total = (channels: readonly Channel[], what: 'seen' | 'gaps'): number =>
  channels.reduce((sum, channel) => sum + channel[what], 0);

const constantChannels = (names: readonly string[]): Warning[] =>
  names.length === 0
    ? []
    : [
        {
          code: 'channel-constant',
          message: `${names.length === 1 ? 'a channel never changes' : `${names.length} channels never change`} in the series that were looked at: ${listed(names)}`,
          hint: 'Leave such a channel out with "names", unless other series change it.',
        },
      ];

const cutSeries = (cut: number, count: number, read: string): Warning => ({
  code: 'series-cut',
  message: `${cut} of ${count} series that were looked at are longer than what is kept: ${read}`,
  hint: 'Give a larger "longest", if what is left out matters.',
});

const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMED ? `${names.slice(0, MOST_NAMED).join(', ')}, …` : names.join(', ');

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
