import { required, type Random } from '@sensorium/contracts';
import { type Box, scattered, tower } from './boxes.js';
import { itemStatements } from './item-statements.js';
import { pick } from './pick.js';
import { towerStatements } from './tower-statements.js';

/** Three boxes, and what is said of them. */
export interface BoxesExample {
  /** Which of the sets of boxes. */
  readonly set: number;
  readonly statement: string;
  readonly truth: boolean;
  /** How many items are meant in each box, of one to three kinds. */
  readonly counts: readonly (readonly number[])[];
}

export interface BoxesWorld {
  /** Of three boxes each: in every other one a tower of blocks in each box, else items all over them. */
  readonly sets: readonly (readonly Box[])[];
  readonly examples: readonly BoxesExample[];
}

export interface WorldSizes {
  readonly sets: number;
  readonly statements: number;
}

/** How many sets of boxes a statement is tried on, to find one that it is true, or not true, of. */
const ATTEMPTS = 20;

/**
 * Sets of three grey boxes, and statements like those that people wrote about such boxes for NLVR (Suhr et al. 2017). Half of all
 * are true.
 */
export function boxesWorld(random: Random, sizes: WorldSizes): BoxesWorld {
  const sets = Array.from({ length: sizes.sets }, (_, set) =>
    Array.from({ length: 3 }, () => (set % 2 === 0 ? tower(random) : scattered(random))),
  );
  const examples: BoxesExample[] = [];
  while (examples.length < sizes.statements) {
    const wanted = random.integer(2) === 0;
    const towers = random.integer(2) === 0;
    const { text, counted, holds } = pick(random, towers ? towerStatements : itemStatements)(random);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const set = 2 * random.integer(Math.floor(sizes.sets / 2)) + (towers ? 0 : 1);
      const boxes = required(sets[set], 'a set of boxes');
      const counts = boxes.map((box) => counted.map((meant) => box.filter((item) => meant(item, box)).length));
      if (holds(counts) !== wanted) continue;
      examples.push({ set, statement: text, truth: wanted, counts });
      break;
    }
  }
  return { sets, examples };
}
