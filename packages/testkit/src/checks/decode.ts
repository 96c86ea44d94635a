import { isDeepStrictEqual } from 'node:util';
import type { Prediction } from '@sensorium/contracts';
import { answersOf, headOf, SAMPLES, type HeadSubject } from '../subjects/head.js';
import { isJson } from '../json.js';
import type { Check } from '../problem.js';
import { findWrongShown } from './shown.js';

/** What heads owe to people, where they decode their answers. */
export const decodeChecks: readonly Check<HeadSubject>[] = [
  { name: 'decodes a prediction for each sample: text, confidence 0…1, JSON', find: findWrongPredictions },
];

async function findWrongPredictions(subject: HeadSubject): Promise<string[]> {
  const head = headOf(subject);
  const answers = await answersOf(subject);
  if (!answers || !head.decode) return [];
  const { outputs } = answers;
  const before = structuredClone(outputs);
  const predictions = head.decode(outputs);
  const found = await Promise.all(predictions.map(wrongPrediction));
  return [
    ...(predictions.length === SAMPLES ? [] : [`${predictions.length} predictions for ${SAMPLES} samples`]),
    ...(isDeepStrictEqual(outputs, before) ? [] : ['decode changes the outputs that it is given']),
    ...(isDeepStrictEqual(headOf(subject).decode?.(outputs), predictions)
      ? []
      : ['decoded again, answers are other ones']),
    ...new Set(found.flat()),
  ];
}

async function wrongPrediction({ media, ...rest }: Prediction): Promise<string[]> {
  const { text, confidence } = rest;
  const rules: [boolean, string][] = [
    [typeof text === 'string' && !/[\r\n]/.test(text), `text is ${JSON.stringify(text)}, not a line`],
    [confidence === undefined || (confidence >= 0 && confidence <= 1), `confidence is ${confidence}, not within 0…1`],
    [isJson(rest), 'a prediction is not JSON'],
  ];
  const shown = media ? findWrongShown(await media.modality.show(media.value)) : [];
  return [
    ...rules.flatMap(([kept, problem]) => (kept ? [] : [problem])),
    ...shown.map((problem) => `media: ${problem}`),
  ];
}
