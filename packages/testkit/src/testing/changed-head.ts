import type { Head } from '@sensorium/contracts';
import { goodHead, type HeadUnderTest } from './good-heads.js';
import type { Words } from './words.js';

/** What the good head is tried with. */
export const trial = {
  options: [{}],
  values: ['yes', 'no', 'no'].map((text): Words => ({ text })),
  bad: [{ text: 'maybe' }] satisfies Words[],
};

type Own = Head<Words>;

/** The good head, with parts of it replaced. */
export const changed = (change: (head: Required<Own>) => Partial<Own>): HeadUnderTest =>
  ({
    ...goodHead,
    create(options, files, of) {
      const head = goodHead.create(options, files, of) as Required<Own>;
      return { ...head, ...change(head) };
    },
  }) as HeadUnderTest;
