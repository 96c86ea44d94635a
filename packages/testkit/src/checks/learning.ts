import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../problem.js';
import { learnOptions, type PartSubject } from '../subjects/part.js';
import { lostInJson } from './definition.js';

/** What every plugin owes that learns its options, of whatever kind. */
export const learningChecks: readonly Check<PartSubject>[] = [
  { name: 'learns options that the schema takes, the same every time', find: findUnstableLearning },
];

async function findUnstableLearning(subject: PartSubject): Promise<string[]> {
  const { plugin, given, options } = subject;
  const before = structuredClone(given);
  const again = await learnOptions(subject);
  return [
    ...(isDeepStrictEqual(again, options) ? [] : ['learning twice from the same values gave different options']),
    ...(isDeepStrictEqual(given, before) ? [] : ['learn changes the options that it is given']),
    ...lostInJson(plugin, options).map((problem) => `what is learned, ${problem}`),
  ];
}
