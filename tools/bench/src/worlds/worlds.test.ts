import { createRandom } from '@sensorium/data';
import type { Raster } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import { boxesExample } from './boxes-world.js';
import { gridExample } from './grid-world.js';

function pixelsOf({ data }: Raster, colour: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 3)
    count += Number(colour.every((value, channel) => data[at + channel] === value));
  return count;
}

const share = (truths: readonly { truth: boolean }[]): number =>
  truths.filter(({ truth }) => truth).length / truths.length;

describe('the world of grids', () => {
  const examples = Array.from({ length: 2000 }, (_, at) => gridExample(createRandom(1, `grid ${at}`)));

  it('says the truth as often as not', () => {
    expect(share(examples)).toBeGreaterThan(0.45);
    expect(share(examples)).toBeLessThan(0.55);
  });

  it('says of a colour what the pixels say', () => {
    const channels = ['red', 'green', 'blue'];
    const has = ({ data }: Raster, channel: number): boolean =>
      [...data].some((value, at) => at % 3 === channel && value > 150);
    const told = examples.flatMap(({ picture, statement, truth }) => {
      const [, first = '', second] = /^is a (red|green|blue) shape (red|green|blue)$/.exec(statement) ?? [];
      return second ? [[truth, first === second && has(picture, channels.indexOf(first))]] : [];
    });
    expect(told.length).toBeGreaterThan(50);
    for (const [truth, seen] of told) expect(truth).toBe(seen);
  });
});

describe('the world of boxes', () => {
  const examples = Array.from({ length: 6000 }, (_, at) => boxesExample(createRandom(1, `boxes ${at}`)));

  it('says the truth as often as not', () => {
    expect(share(examples)).toBeGreaterThan(0.45);
    expect(share(examples)).toBeLessThan(0.55);
  });

  it('counts the blocks that the pixels show', () => {
    const colours = { black: [0, 0, 0], blue: [0, 153, 255], yellow: [255, 255, 0] } as const;
    const told = examples.flatMap(({ pictures, statement, truth }) => {
      const [, least, number, colour] =
        /^There (?:is|are) (exactly|at least) (\d) (black|blue|yellow) blocks?$/.exec(statement) ?? [];
      if (!colour) return [];
      const blocks = pictures.reduce((sum, one) => sum + pixelsOf(one, colours[colour as 'black']), 0) / 400;
      return [[truth, least === 'exactly' ? blocks === Number(number) : blocks >= Number(number)]];
    });
    expect(told.length).toBeGreaterThan(20);
    for (const [truth, seen] of told) expect(truth).toBe(seen);
  });
});
