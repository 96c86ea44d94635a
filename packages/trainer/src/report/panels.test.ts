import { image } from '@sensorium/modality-image';
import { decodeImage } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import { linesOf, renderPanels, sourcesOf, textOf } from './testing/page.js';

const title = 'Of interest';

describe('a matrix', () => {
  const counts = [
    [45, 5],
    [2, 28],
  ];

  it('has a row for each truth, with shares and sums', async () => {
    const page = await renderPanels([{ kind: 'matrix', title, rows: ['cat', 'dog'], columns: ['cat', 'dog'], counts }]);
    expect(textOf(page)).toContain('cat 45 5 50 90% dog 2 28 30 93% right 96% 85% 80');
    expect(page).toContain('title="10.00% of “cat” answered as “dog”"');
  });

  it('knows what is right by the labels, not by their places', async () => {
    const page = await renderPanels([{ kind: 'matrix', title, rows: ['cat', 'dog'], columns: ['dog', 'cow'], counts }]);
    expect(textOf(page)).toContain('cat 45 5 50 0% dog 2 28 30 7% right 4% 0% 80');
  });

  it('of many labels shows the pairs that are most often taken for each other, and says so', async () => {
    const labels = Array.from({ length: 40 }, (_, label) => `label${label}`);
    const many = labels.map((_, row) =>
      labels.map((_, column) =>
        row === column ? 90 : row === 7 && column === 9 ? 10 : row === 3 && column === 4 ? 30 : 0,
      ),
    );
    const text = textOf(await renderPanels([{ kind: 'matrix', title, rows: labels, columns: labels, counts: many }]));
    expect(text).toContain('A matrix of 40 labels would be too large to read');
    expect(text).toContain('label3 label4 30 25% label7 label9 10 10%');
  });
});

it('a matrix prints no zeros, and leaves out labels that are neither truth nor answer', async () => {
  const labels = ['ant', 'bee', 'cat', 'dog'];
  const counts = [
    [3, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  const page = await renderPanels([{ kind: 'matrix', title, rows: labels, columns: labels, counts }]);
  const own = textOf(page.slice(page.indexOf('id="panels"')));
  expect(own).toContain('Left out, neither truth nor answer here: bee, dog.');
  expect(own).toContain('ant cat rows right ant 3 1 4 75% cat – right 100% 0% 4');
});

describe('bins', () => {
  const bins = [
    { from: 0.25, to: 0.5, at: 0.4, value: 0.25, count: 4, interval: { low: 0.05, high: 0.7, level: 0.95 } },
    { from: 0.75, to: 1, at: 0.9, value: 1, count: 12 },
  ];
  const panel = { kind: 'bins', title, x: 'confidence', y: 'right answers', bins, ideal: 'diagonal' } as const;

  it('lie where their samples are, with interval, count and the diagonal, in words and in a table', async () => {
    const page = await renderPanels([panel]);
    const own = page.slice(page.indexOf('id="panels"'));
    const numbers = (pattern: RegExp): number[][] =>
      Array.from(own.matchAll(pattern), (match) => match.slice(1).map(Number));
    const [[x1, y1, x2, y2] = []] = numbers(/class="ideal" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g);
    const at = (x: number, y: number): number[] => [
      (x1 as number) + x * ((x2 as number) - (x1 as number)),
      (y1 as number) + y * ((y2 as number) - (y1 as number)),
    ];
    const dots = numbers(/<circle cx="([\d.]+)" cy="([\d.]+)" r="4"/g);
    for (const [index, [x, y]] of [at(0.4, 0.25), at(0.9, 1)].entries()) {
      expect(dots[index]?.[0]).toBeCloseTo(x as number, 0);
      expect(dots[index]?.[1]).toBeCloseTo(y as number, 0);
    }
    const heights = numbers(/class="count"[^>]*height="([\d.]+)"/g).flat();
    expect((heights[0] as number) / (heights[1] as number)).toBeCloseTo(1 / 3, 1);
    expect(own).toContain(
      'aria-label="Of interest. confidence 25% to 50%: right answers 25% of 4. confidence 75% to 100%: right answers 100% of 12."',
    );
    expect(textOf(own)).toContain('25% to 50% 4 40.00% 25.00% 5.0 … 70.0% 75% to 100% 12 90.00% 100.00% –');
  });

  it('that are none are told', async () => {
    expect(textOf(await renderPanels([{ ...panel, bins: [] }]))).toContain('There is nothing to draw.');
  });
});

describe('points', () => {
  const dotsOf = (page: string): number[][] =>
    [...page.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]);
  const idealOf = (page: string): number[] =>
    [...page.matchAll(/class="ideal" x1="([\d.]+)" x2="([\d.]+)" y1="([\d.]+)" y2="([\d.]+)"/g)].flatMap((match) =>
      match.slice(1).map(Number),
    );

  it('of truth against answer lie on the diagonal where answers are perfect', async () => {
    const at = [
      [-60, -60],
      [0, 0],
      [20, 20],
      [20, 55],
    ] as const;
    const page = await renderPanels([
      { kind: 'points', title, x: 'truth (°)', y: 'answer (°)', at, ideal: 'diagonal' },
    ]);
    const [x1, x2, y1, y2] = idealOf(page) as [number, number, number, number];
    const heightAt = (x: number): number => y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
    const dots = dotsOf(page) as [number, number][];
    expect(dots).toHaveLength(4);
    for (const [x, y] of dots.slice(0, 3)) expect(Math.abs(y - heightAt(x))).toBeLessThan(0.2);
    const [x, y] = dots[3] as [number, number];
    expect(heightAt(x) - y).toBeGreaterThan(20);
    expect(page).toContain('aria-label="4 points: truth (°) from -60 to 20, answer (°) from -60 to 55.');
    expect(page).toContain('lie 8.75 from the diagonal');
  });

  it('of residuals have a line at zero, which is always in the drawing', async () => {
    const at = [
      [1, 2],
      [2, 3],
    ] as const;
    const page = await renderPanels([{ kind: 'points', title, x: 'answer', y: 'residual', at, ideal: 'zero' }]);
    const [, , y1, y2] = idealOf(page) as [number, number, number, number];
    expect(y1).toBe(y2);
    for (const [, y] of dotsOf(page)) expect(y).toBeLessThan(y1);
  });

  it('of many show some from all over; what is no number is left out', async () => {
    const at = Array.from({ length: 5001 }, (_, index) => [index, index === 3 ? NaN : index] as const);
    const page = await renderPanels([{ kind: 'points', title, x: 'x', y: 'y', at }]);
    expect(dotsOf(page)).toHaveLength(2000);
    expect(textOf(page)).toContain('2,000 of 5,001 points.');
    expect(page).toContain('x from 0 to 5,000');
    expect(textOf(await renderPanels([{ kind: 'points', title, x: 'x', y: 'y', at: [] }]))).toContain(
      'nothing to draw',
    );
  });
});

it('curves have a line and a legend entry for each name', async () => {
  const lines = {
    model: [
      [0, 0.1],
      [1, 0.9],
    ],
    ideal: [
      [0, 0],
      [1, 1],
    ],
  } as const;
  const page = await renderPanels([{ kind: 'curve', title, x: 'confidence', y: 'share right', lines }]);
  expect(page).toContain('model goes from 0.1 at confidence 0 to 0.9 at confidence 1. ideal goes from 0 ');
  const own = page.slice(page.indexOf('id="panels"'));
  expect(linesOf(own.slice(own.indexOf('role="img"')))).toHaveLength(2);
  expect(textOf(own)).toMatch(/model ideal share right|model ideal 0/);
});

it('bars begin at zero, to both sides', async () => {
  const page = await renderPanels([{ kind: 'bars', title, unit: '°', bars: { north: 30, south: -10, nowhere: NaN } }]);
  const widths = [...page.matchAll(/margin-left:([\d.]+)%;width:([\d.]+)%/g)].map((match) =>
    match.slice(1).map(Number),
  );
  expect(widths).toEqual([
    [25, 75],
    [0, 25],
  ]);
  expect(textOf(page)).toContain('north 30 ° south -10 ° nowhere –');
});

it('tables show numbers and words, and say what they leave out', async () => {
  const rows = Array.from({ length: 120 }, (_, index) => [`word${index}`, index / 7] as const);
  const text = textOf(
    await renderPanels([{ kind: 'table', title, meaning: 'How often.', columns: ['word', 'share'], rows }]),
  );
  expect(text).toContain('Of interest How often. word share word0 word1 0.1429');
  expect(text).toContain('The first 100 of 120 rows');
});

it('galleries show values as their modality does', async () => {
  const value = {
    width: 4,
    height: 2,
    channels: 1 as const,
    data: Uint8Array.from([0, 50, 100, 150, 200, 250, 255, 1]),
  };
  const broken = { ...image, name: 'broken', show: () => Promise.reject(new Error('a lens cap')) };
  const items = [
    { title: 'the filter', modality: image, value },
    { title: 'nothing', modality: broken, value },
  ];
  const page = await renderPanels([{ kind: 'gallery', title, items }]);
  const [picture] = sourcesOf(page, 'img');
  expect(await decodeImage(picture as string)).toMatchObject({ width: 4, height: 2 });
  expect(textOf(page)).toContain('the filter This cannot be shown. a lens cap nothing');
});
