import type { Line, Shown } from '@sensorium/contracts';

/** How wide a curve is drawn, in characters. */
const WIDTH = 32;
const BLOCKS = '▁▂▃▄▅▆▇█';

/** A value in lines of a terminal: what it is, and its curves as blocks. */
export async function linesOfShown(shown: Shown): Promise<string[]> {
  switch (shown.kind) {
    case 'text':
      return [shown.text];
    case 'sound':
      return [`${shown.alt}  ${await loudness(shown.wav)}`];
    case 'curve': {
      const entries = Object.entries(shown.lines);
      const width = Math.max(...entries.map(([name]) => name.length));
      return [shown.alt, ...entries.map(([name, line]) => `  ${name.padEnd(width)}  ${sparkline(line)}`)];
    }
    default:
      return [shown.alt];
  }
}

/** The largest sample of each part of a sound, from silence to full scale. */
async function loudness(wav: Uint8Array): Promise<string> {
  const { decodeSound } = await import('@sensorium/media');
  const { channels } = await decodeSound(wav);
  const peaks = inParts(channels[0] ?? [], (samples) =>
    samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0),
  );
  return blocks(peaks, 0, 1);
}

/** The mean of each part, from the least to the most; a gap is a space. */
function sparkline(line: Line): string {
  const means = inParts(line, (points) => {
    const values = points.map(([, y]) => y).filter((y) => Number.isFinite(y));
    return values.reduce((sum, y) => sum + y, 0) / values.length;
  });
  const known = means.filter((mean) => !Number.isNaN(mean));
  return blocks(means, Math.min(...known), Math.max(...known));
}

function inParts<T>(all: ArrayLike<T>, of: (part: readonly T[]) => number): number[] {
  const list = Array.from(all);
  const count = Math.min(WIDTH, list.length);
  const place = (part: number): number => Math.floor((part * list.length) / count);
  return Array.from({ length: count }, (_, part) => of(list.slice(place(part), place(part + 1))));
}

const blocks = (values: readonly number[], low: number, high: number): string =>
  values
    .map((value) => {
      if (Number.isNaN(value)) return ' ';
      const share = high > low ? (value - low) / (high - low) : 0;
      return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))];
    })
    .join('');
