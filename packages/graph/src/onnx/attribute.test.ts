import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineOperator, single, type AttributeTypes } from '../operator.js';
import { input } from '../value.js';
import { AttributeProto_AttributeType as Type, ModelProtoSchema, type AttributeProto } from './onnx_pb.js';
import { toOnnx } from './write.js';

interface Attributes {
  readonly sharpness: number;
  readonly count: number;
  readonly isOdd: boolean;
  readonly mode: string;
  readonly weights: readonly number[];
  readonly places: readonly number[];
  readonly labels: readonly string[];
  readonly missing?: number;
  readonly $fact: number;
}

const operator = defineOperator<Attributes>('Mystery', {
  domain: 'my.domain',
  attributes: {
    sharpness: 'float',
    count: 'int',
    isOdd: 'int',
    mode: 'string',
    weights: 'floats',
    places: 'ints',
    labels: 'strings',
    missing: 'float',
  },
  shape: ([x]) => x.shape,
});
const usual: Attributes = {
  sharpness: 0.5,
  count: 2,
  isOdd: true,
  mode: 'wrap',
  weights: [1, 0.25],
  places: [3, -1],
  labels: ['a', 'ä'],
  $fact: 0.1,
};

function written(attributes: Attributes): Record<string, AttributeProto> {
  const y = single(operator([input('x', 'float32', [2])], attributes));
  const [node] = fromBinary(ModelProtoSchema, toOnnx({ outputs: { y } })).graph!.node;
  return Object.fromEntries(node!.attribute.map((attribute) => [attribute.name, attribute]));
}

describe('attributes', () => {
  it.each([2, 0.5])('of type float are written as floats whatever their name and value: %d', (sharpness) => {
    expect(written({ ...usual, sharpness })['sharpness']).toMatchObject({ type: Type.FLOAT, f: sharpness });
  });

  it('are written as their operator declares them, without those that are left out and facts for inference', () => {
    const { sharpness, ...others } = written(usual);
    expect(sharpness).toBeDefined();
    const text = (bytes?: Uint8Array) => new TextDecoder().decode(bytes);
    expect(others).toMatchObject({
      count: { type: Type.INT, i: 2n },
      isOdd: { type: Type.INT, i: 1n },
      mode: { type: Type.STRING },
      weights: { type: Type.FLOATS, floats: [1, 0.25] },
      places: { type: Type.INTS, ints: [3n, -1n] },
      labels: { type: Type.STRINGS },
    });
    expect(text(others['mode']!.s)).toBe('wrap');
    expect(others['labels']!.strings.map(text)).toEqual(['a', 'ä']);
    expect(Object.keys(others)).toHaveLength(6);
  });

  it('of another type than declared are errors that name operator and attribute', () => {
    expect(() => written({ ...usual, count: 0.5 })).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_DTYPE',
        message: 'the attribute "count" of Mystery is 0.5, and declared as int',
      }),
    );
  });

  it('have types that the compiler checks', () => {
    type Types = AttributeTypes<Attributes>;
    expectTypeOf<keyof Types>().toEqualTypeOf<Exclude<keyof Attributes, '$fact'>>();
    expectTypeOf<Types['sharpness']>().toEqualTypeOf<'float' | 'int'>();
    expectTypeOf<Types['labels']>().toEqualTypeOf<'strings'>();
    // @ts-expect-error: a number is no string
    defineOperator<{ count: number }>('A', { attributes: { count: 'string' }, shape: ([x]) => x.shape });
    // @ts-expect-error: the type of `count` is not declared
    defineOperator<{ count: number }>('B', { shape: ([x]) => x.shape });
  });
});
