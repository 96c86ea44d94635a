import { createRandom } from '@sensorium/data';
import type { Raster } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import { pictureOf, seenIn } from './boxes.js';
import { boxesWorld } from './boxes-world.js';
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
  const examples = Array.from({ length: 500 }, (_, at) => gridExample(createRandom(1, `grid ${at}`), 4));
  const told = examples.flatMap(({ picture, cells, statements }) =>
    statements.map((statement) => ({ picture, cells, ...statement })),
  );

  it('says the truth as often as not', () => {
    expect(share(told)).toBeGreaterThan(0.45);
    expect(share(told)).toBeLessThan(0.55);
  });

  it('says of a colour what the pixels say', () => {
    const channels = ['red', 'green', 'blue'];
    const has = ({ data }: Raster, channel: number): boolean =>
      [...data].some((value, at) => at % 3 === channel && value > 150);
    const ofColours = told.flatMap(({ picture, statement, truth }) => {
      const [, first = '', second] = /^is a (red|green|blue) shape (red|green|blue)$/.exec(statement) ?? [];
      return second ? [[truth, first === second && has(picture, channels.indexOf(first))]] : [];
    });
    expect(ofColours.length).toBeGreaterThan(50);
    for (const [truth, seen] of ofColours) expect(truth).toBe(seen);
  });

  it('says of a relation what the cells say', () => {
    const is = (cell: string | undefined, noun: string): boolean =>
      cell?.split(' ').includes(noun.replace(/^a | shape$/g, '')) ?? false;
    const ofNeighbours = told.flatMap(({ cells, statement, truth }) => {
      const [, first = '', , second = ''] = /^is (a \w+( shape)?) left of (a \w+( shape)?)$/.exec(statement) ?? [];
      const holds = cells.some((cell, at) => at % 3 < 2 && is(cell, first) && is(cells[at + 1], second));
      return first ? [[truth, holds]] : [];
    });
    expect(ofNeighbours.length).toBeGreaterThan(50);
    for (const [truth, holds] of ofNeighbours) expect(truth).toBe(holds);
  });

  it('says where the things of a statement are', () => {
    for (const { cells, statement, truth, roles } of told) {
      const first = /^is a (\w+)/.exec(statement)?.[1] ?? '';
      expect(roles.map((role) => role === 'first' || role === 'both')).toEqual(
        cells.map((cell) => cell.split(' ').includes(first)),
      );
      expect(roles.includes('both')).toBe(truth);
    }
  });
});

describe('the world of boxes', () => {
  const { sets, examples } = boxesWorld(createRandom(1, 'boxes'), { sets: 400, statements: 6000 });

  it('says the truth as often as not', () => {
    expect(share(examples)).toBeGreaterThan(0.45);
    expect(share(examples)).toBeLessThan(0.55);
  });

  it('counts the blocks that the pixels show', () => {
    const shades = { black: [0, 0, 0], blue: [0, 153, 255], yellow: [255, 255, 0] } as const;
    const told = examples.flatMap(({ set, statement, truth, counts }) => {
      const [, least, number, colour] =
        /^There (?:is|are) (exactly|at least) (\d) (black|blue|yellow) blocks?$/.exec(statement) ?? [];
      if (!colour) return [];
      const blocks = (sets[set] ?? []).map((box) => pixelsOf(pictureOf(box), shades[colour as 'black']) / 400);
      const all = blocks.reduce((total, each) => total + each, 0);
      return [{ truth, holds: least === 'exactly' ? all === Number(number) : all >= Number(number), counts, blocks }];
    });
    expect(told.length).toBeGreaterThan(20);
    for (const { truth, holds, counts, blocks } of told) {
      expect(truth).toBe(holds);
      expect(counts.map(([meant]) => meant)).toEqual(blocks);
    }
  });

  it('says what is in a box', () => {
    for (const set of sets) {
      for (const box of set) {
        const { left = 0, ...kinds } = seenIn(box);
        expect(left).toBe(box.filter((item) => item.left === 0).length);
        const yellow = ['circle', 'square', 'triangle'].some((shape) => kinds[`yellow-${shape}`]);
        expect(yellow).toBe(pixelsOf(pictureOf(box), [255, 255, 0]) > 0);
      }
    }
  });
});
