import { expect, it } from 'vitest';
import { tensorsFromJson, tensorsToJson } from './tensor-json.js';

it('writes tensors and reads them again', () => {
  const tensors = {
    embedding: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, -1) },
    ids: { dtype: 'int64', shape: [2], data: BigInt64Array.of(3n, 2n ** 40n) },
    mask: { dtype: 'bool', shape: [], data: Uint8Array.of(1) },
  } as const;
  expect(tensorsFromJson(JSON.stringify(tensorsToJson(tensors)), 'a.json')).toEqual(tensors);
});

it('writes halves as the numbers that they are', () => {
  const half = { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc100) } as const;
  expect(tensorsToJson({ half })).toEqual({ half: { dtype: 'float16', shape: [2], data: [1, -2.5] } });
});

it.each([
  'no JSON',
  '[]',
  '"text"',
  '{ "a": [1, 2] }',
  '{ "a": { "dtype": "float33", "shape": [1], "data": [1] } }',
  '{ "a": { "dtype": "constructor", "shape": [1], "data": [1] } }',
  '{ "a": { "dtype": "int32", "shape": [1], "data": [0.5] } }',
  '{ "a": { "dtype": "float32", "shape": ["x"], "data": [1] } }',
  '{ "a": { "dtype": "float32", "shape": [1], "data": [null] } }',
])('refuses %s', (text) => {
  expect(() => tensorsFromJson(text, 'a.json')).toThrowError(
    expect.objectContaining({ code: 'SENSORIUM_USAGE', location: { file: 'a.json' } }),
  );
});
