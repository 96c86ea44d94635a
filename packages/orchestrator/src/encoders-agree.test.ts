import { cpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import { required, type Backend, type Tensors } from '@sensorium/contracts';
import { expectAllClose } from '@sensorium/testkit';
import { describeInChromium } from '@sensorium/testkit/chromium';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackendsPage, type BackendsPage } from './testing/backends-page.js';
import { featuresOf, standardEncoders } from './testing/standard-encoders.js';

/** What the page has. */
interface Under {
  readonly under: {
    readonly backends: Readonly<Record<string, Backend>>;
    readonly featuresOf: typeof featuresOf;
    readonly standardEncoders: typeof standardEncoders;
  };
}

const names = Object.keys(standardEncoders);
const caseOf = (name: string) => required(standardEncoders[name], name);

/** What the processor of Node gives, of each encoder once. */
const expected = new Map<string, Promise<Tensors>>();
const onCpu = (name: string): Promise<Tensors> => {
  const known = expected.get(name) ?? featuresOf(caseOf(name), cpu);
  expected.set(name, known);
  return known;
};

type Numbers = Readonly<Record<string, readonly number[]>>;

async function expectAgreement(name: string, actual: Numbers): Promise<void> {
  const features = await onCpu(name);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(features).sort());
  for (const [port, tensor] of Object.entries(features)) {
    const numbers = Array.from(tensor.data, Number);
    expect(numbers.every(Number.isFinite) && numbers.some((value) => value !== 0)).toBe(true);
    expectAllClose(required(actual[port], port), tensor.data, { relative: 1e-3, absolute: 1e-3 });
  }
}

const numbersOf = (tensors: Tensors): Numbers =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data, Number)]));

describe('on wasm in Node, within 1e-3 of the processor', () => {
  it.each(names)('%s', async (name) => expectAgreement(name, numbersOf(await featuresOf(caseOf(name), wasm))));
});

describeInChromium(() => {
  let page: BackendsPage;
  beforeAll(async () => {
    page = await openBackendsPage('./standard-encoders.ts');
  }, 120_000);
  afterAll(() => page.close());

  const onPage = (name: string, backend: string): Promise<Numbers> =>
    page.tab.evaluate(
      async ([name, backend]) => {
        const { standardEncoders: all, featuresOf: run, backends } = (window as unknown as Under).under;
        const features = await run(all[name]!, backends[backend]!);
        return Object.fromEntries(Object.entries(features).map(([port, { data }]) => [port, Array.from(data, Number)]));
      },
      [name, backend] as const,
    );

  // Shaders are compiled for the first run, on the processor where there is no card.
  describe.each(['wasm', 'webgpu'])(
    'on %s, prepared and built there, within 1e-3 of the processor in Node',
    (backend) => {
      it.each(names)('%s', async (name) => expectAgreement(name, await onPage(name, backend)), 120_000);
    },
  );
});
