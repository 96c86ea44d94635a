import type { Line, Shown } from '@sensorium/contracts';

/** What is wrong with a value as people would see it. */
export function findWrongShown(shown: Shown): string[] {
  switch (shown.kind) {
    case 'text':
      return typeof shown.text === 'string' ? [] : [`text is ${String(shown.text)}`];
    case 'picture':
      return [...wrongStart(shown.png, PNG, 'PNG'), ...wrongWords({ alt: shown.alt })];
    case 'sound':
      return [...wrongStart(shown.wav, RIFF, 'WAV'), ...wrongWords({ alt: shown.alt })];
    case 'frames':
      return [
        ...(shown.pngs.length > 0 ? [] : ['there are no frames']),
        ...shown.pngs.flatMap((png) => wrongStart(png, PNG, 'PNG')),
        ...(shown.rate > 0 && Number.isFinite(shown.rate) ? [] : [`its rate is ${shown.rate}, not pictures a second`]),
        ...wrongWords({ alt: shown.alt }),
      ];
    case 'curve':
      return [...findWrongLines(shown.lines), ...wrongWords({ x: shown.x, y: shown.y, alt: shown.alt })];
    default:
      return [
        `its kind is ${JSON.stringify((shown as { kind?: unknown }).kind)}, not text, picture, sound, frames or curve`,
      ];
  }
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RIFF = Array.from('RIFF', (letter) => letter.charCodeAt(0));

const wrongStart = (bytes: Uint8Array, start: readonly number[], name: string): string[] =>
  start.every((byte, index) => bytes[index] === byte) ? [] : [`its bytes are no ${name}`];

const wrongWords = (words: Readonly<Record<string, string>>): string[] =>
  Object.entries(words).flatMap(([name, word]) => (word ? [] : [`${name} is empty`]));

/** Lines by their names: at least one, of points that are finite, but for gaps; and not of gaps alone. */
export function findWrongLines(lines: Readonly<Record<string, Line>>): string[] {
  const all = Object.entries(lines);
  if (all.length === 0) return ['there are no lines'];
  if (all.every(([, line]) => line.length > 0 && line.every(isGap))) return ['there are gaps alone'];
  return all.flatMap(([name, line]) =>
    findWrongPoints(line.filter((point) => !isGap(point))).map((problem) => `the line "${name}": ${problem}`),
  );
}

const isGap = ([x, y]: Line[number]): boolean => Number.isFinite(x) && Number.isNaN(y);

export const findWrongPoints = (points: Line): string[] =>
  points.every((point) => point.length === 2 && point.every(Number.isFinite))
    ? []
    : ['a point is not two finite numbers'];
