import type { Manifest } from '@sensorium/contracts';
import { createRandom, memoryStore } from '@sensorium/data';
import { expect, it } from 'vitest';
import { train } from './index.js';
import { from } from './testing/squares.js';

const WORDS = [
  '我们',
  '昨天',
  '在',
  '北京',
  '东京',
  '买',
  '了',
  '书',
  '电脑',
  '朋友',
  '觉得',
  '这个',
  '很',
  '大',
  '小',
  '新',
];
const LABELS = { 好: '喜欢', 坏: '讨厌' } as const;

/** Clauses that all differ, without a space; one word somewhere in them tells the label. */
function rows(count: number): { text: string; label: string }[] {
  const random = createRandom(1, 'clauses');
  return Array.from({ length: count }, (_, row) => {
    const label = row % 2 === 0 ? '好' : '坏';
    const words = Array.from({ length: 8 }, () => WORDS[random.integer(WORDS.length)]!);
    words.splice(random.integer(9), 0, LABELS[label]);
    return { text: words.join(''), label };
  });
}

it.each(['characters', 'words'])('a language without spaces is learned by its %s', async (unspaced) => {
  const manifest: Manifest = {
    sensorium: 1,
    name: 'clauses',
    inputs: { text: { encoder: 'text', dim: 16, heads: 2, unspaced } },
    heads: { label: 'classification' },
    training: { epochs: 8, batchSize: 16, learningRate: 5e-3, validation: 0.25, seed: 2 },
  };
  const { metrics } = await train(manifest, { rows: rows(240), from, cache: memoryStore() });
  expect(metrics.validation?.['label']?.metrics['accuracy']?.value).toBeGreaterThan(0.95);
  expect(metrics.warnings.map(({ code }) => code)).not.toContain('words-once');
});
