import type { Tensor } from '@sensorium/contracts';
import { writeSafeTensors } from '@sensorium/tensors';
import { byteMutations } from '../mutate/bytes.js';
import { inheritedNames } from '../mutate/hostile-text.js';
import { safeTensorsMutation, safeTensorsOf } from '../mutate/safetensors.js';
import { makeTensor } from '@sensorium/tensors';
import type { Format, Seed } from './format.js';

const dtypes = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'] as const;

const seed = (name: string, bytes: Uint8Array): Seed => ({ name, ending: '.safetensors', bytes });

async function seeds(): Promise<Seed[]> {
  const all = dtypes.map((dtype, index): [string, Tensor] => [
    `part/${dtype}`,
    makeTensor(
      dtype,
      [2, index + 1],
      Array.from({ length: 2 * (index + 1) }, (_, at) => at % 2),
    ),
  ]);
  return [
    seed('all types', writeSafeTensors(Object.fromEntries(all), { format: 'pt', note: 'ä' })),
    seed('one scalar', writeSafeTensors({ x: makeTensor('float32', [], [1]) })),
    seed('an empty tensor', writeSafeTensors({ x: makeTensor('float32', [0, 3], []) })),
    seed(
      'float16',
      safeTensorsOf({ x: { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] } }, new Uint8Array(8).fill(60)),
    ),
    seed(
      'bfloat16',
      safeTensorsOf({ x: { dtype: 'BF16', shape: [4], data_offsets: [0, 8] } }, new Uint8Array(8).fill(64)),
    ),
    seed(
      'a type that is not read',
      safeTensorsOf({ x: { dtype: 'F8_E4M3', shape: [8], data_offsets: [0, 8] } }, new Uint8Array(8)),
    ),
  ];
}

async function hostile(): Promise<Seed[]> {
  const body = new Uint8Array(2 ** 20);
  const whole = (dtype: string, size: number) => ({
    dtype,
    shape: [body.length / size],
    data_offsets: [0, body.length],
  });
  const many = Array.from({ length: 4000 }, (_, index) => [`t${index}`, whole('F32', 4)] as const);
  const inherited = inheritedNames.map(
    (name, index) => [name, { dtype: 'U8', shape: [1], data_offsets: [index, index + 1] }] as const,
  );
  const one = (entry: object): Uint8Array => safeTensorsOf({ x: entry }, body);
  const u8 = { dtype: 'U8', shape: [1], data_offsets: [0, 1] };
  return [
    seed('4,000 tensors over each other', safeTensorsOf(Object.fromEntries(many), body)),
    seed('names that objects have', safeTensorsOf(Object.fromEntries(inherited), body.slice(0, inherited.length))),
    seed(
      'metadata that are no texts',
      safeTensorsOf({ __metadata__: { a: { b: 1 }, c: null }, x: u8 }, body.slice(0, 1)),
    ),
    seed('a header that is a list', safeTensorsOf([1, 2], body)),
    seed('a header of 2^63 bytes', safeTensorsOf({}, body, 2n ** 63n)),
    seed('nothing', new Uint8Array()),
    seed('sizes of which the product is right', one({ ...u8, shape: [-1, -1] })),
    seed('a size that is no whole number', one({ ...u8, shape: [0.5, 2] })),
    seed('a size beyond all numbers', one({ ...u8, shape: [1e308, 1e308, 0], data_offsets: [0, 0] })),
    seed('backwards', one({ ...u8, data_offsets: [9, 1] })),
    seed('before the beginning', one({ ...u8, data_offsets: [-1, 0] })),
    seed('a shape that is a text', one({ ...u8, shape: '1' })),
    seed('bytes that belong to nobody', safeTensorsOf({ x: u8 }, body)),
  ];
}

export const safetensors: Format = {
  share: 15,
  seeds,
  hostile,
  structured: [safeTensorsMutation],
  others: byteMutations,
};
