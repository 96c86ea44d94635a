import { SensoriumError } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { readManifest } from './index.js';

it('gives all problems of a manifest as errors of their own, in the order of the text, beside the one that tells them', async () => {
  const yaml = 'sensorium: 2\nimputs: { a: text }\ninputs: { b: text }\nheads: { c: 7 }\n';
  const error: unknown = await readManifest(yaml).catch((thrown: unknown) => thrown);
  const { message, cause } = error as SensoriumError;
  const errors = (cause as AggregateError).errors as SensoriumError[];
  expect(errors.every(SensoriumError.is)).toBe(true);
  expect(errors.map(({ location }) => [location?.line, location?.column])).toEqual([
    [1, 12],
    [2, 1],
    [4, 13],
  ]);
  for (const one of errors) expect(message).toContain(one.message);
  expect(errors[1]?.message).toContain('Did you mean "inputs"?');
});
