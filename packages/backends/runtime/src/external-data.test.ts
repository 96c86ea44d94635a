import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { expect, it } from 'vitest';
import { refuseExternalData } from './external-data.js';
import { matmuls, relu } from './testing/onnx-model.js';

/** A tensor whose `data_location` says another file, inside messages that stand in fields of these numbers. */
function tensorInside(fields: readonly number[], location = 1): Uint8Array {
  const tensor = new BinaryWriter().tag(1, 0).int64(3).tag(8, 2).string('w').tag(14, 0).int32(location).finish();
  return fields.reduceRight(
    (bytes, field) => new BinaryWriter().tag(3, 2).string('?').tag(field, 2).bytes(bytes).finish(),
    tensor,
  );
}

it.each([
  ['an initializer', [7, 5]],
  ['a sparse one', [7, 15, 1]],
  ['a constant', [7, 1, 5, 5]],
  ['a list of constants', [7, 1, 5, 10]],
  ['a sparse constant', [7, 1, 5, 22, 2]],
  ['the body of a loop in a body', [7, 1, 5, 6, 1, 5, 11, 5]],
  ['a function', [25, 7, 5, 5]],
  ['what a function takes by default', [25, 11, 5]],
  ['the training of a model', [20, 2, 5]],
])('%s that lies in another file is found', (_, fields) => {
  expect(() => refuseExternalData(tensorInside(fields))).toThrow(/keeps weights in other files/);
  expect(() => refuseExternalData(tensorInside(fields, 0))).not.toThrow();
});

it('whole models, and what is none, are left to ONNX Runtime', () => {
  for (const model of [relu, matmuls(2, 3), new Uint8Array(), new Uint8Array(50).fill(255), relu.subarray(0, 20)]) {
    expect(() => refuseExternalData(model)).not.toThrow();
  }
});
