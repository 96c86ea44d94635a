// Writes two tables of motions: three channels at 50 Hz, shaken slowly or quickly, from any phase and with noise.
import { writeFileSync } from 'node:fs';

const RATE = 50;
const hertz = { slow: 1, quick: 4 };

/** A generator of its own (mulberry32), so that the tables are the same everywhere. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shake(gesture, random) {
  const phase = random() * 2 * Math.PI;
  const values = Array.from({ length: 2 * RATE }, (_, step) => {
    const angle = phase + (2 * Math.PI * hertz[gesture] * step) / RATE;
    return [Math.sin(angle), Math.cos(angle), 0].map((value) => value + 0.3 * (random() - 0.5));
  });
  return { channels: ['x', 'y', 'z'], time: RATE, values };
}

function table(file, rows, seed) {
  const random = randomOf(seed);
  const lines = Array.from({ length: rows }, (_, row) => {
    const gesture = row % 2 === 0 ? 'slow' : 'quick';
    return JSON.stringify({ motion: shake(gesture, random), gesture });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

table('train.jsonl', 128, 1);
table('test.jsonl', 64, 2);
