import { encodeWav } from '@sensorium/media';
import { expect, it } from 'vitest';
import { linesOfShown } from './shown.js';

it('draws curves in blocks, from the least to the most, with gaps', async () => {
  const line = Array.from({ length: 8 }, (_, at) => [at, at] as const);
  const gap = [...line.slice(0, 4), [4, NaN] as const, ...line.slice(5)];
  const many = Array.from({ length: 3200 }, (_, at) => [at, at < 1600 ? 0 : 5] as const);
  const flat = [[0, 7] as const];
  const shown = {
    kind: 'curve',
    x: 'time (s)',
    y: 'value',
    lines: { up: line, gap, many, flat },
    alt: 'motion of …',
  } as const;
  expect(await linesOfShown(shown)).toEqual([
    'motion of …',
    '  up    ▁▂▃▄▅▆▇█',
    '  gap   ▁▂▃▄ ▆▇█',
    `  many  ${'▁'.repeat(16)}${'█'.repeat(16)}`,
    '  flat  ▁',
  ]);
});

it('draws how loud a sound is', async () => {
  const samples = Float32Array.from({ length: 6400 }, (_, at) => (at < 3200 ? 0 : 0.45 * Math.sin(at)));
  const wav = encodeWav({ rate: 8000, channels: [samples] });
  expect(await linesOfShown({ kind: 'sound', wav, alt: 'sound, 0.8 s' })).toEqual([
    `sound, 0.8 s  ${'▁'.repeat(16)}${'▄'.repeat(16)}`,
  ]);
});

it('says what pictures, films and texts are', async () => {
  const png = new Uint8Array();
  expect(await linesOfShown({ kind: 'picture', png, alt: 'depth, 3×2' })).toEqual(['depth, 3×2']);
  expect(await linesOfShown({ kind: 'frames', pngs: [png], rate: 1, alt: '1 of 9 frames' })).toEqual(['1 of 9 frames']);
  expect(await linesOfShown({ kind: 'text', text: 'a red circle' })).toEqual(['a red circle']);
});
