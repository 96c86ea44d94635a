import { cpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import { required, type Backend, type Tensors } from '@sensorium/contracts';
import { expectAllClose } from '@sensorium/testkit';
import { describeInChromium } from '@sensorium/testkit/chromium';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackendsPage, type BackendsPage } from './testing/backends-page.js';
import { fusedOf, standardFusions } from './testing/standard-fusions.js';

/** What the page has. */
interface Under {
  readonly under: {
    readonly backends: Readonly<Record<string, Backend>>;
    readonly fusedOf: typeof fusedOf;
    readonly standardFusions: typeof standardFusions;
  };
}

const names = Object.keys(standardFusions);
const caseOf = (name: string) => required(standardFusions[name], name);

/** What the processor of Node gives, of each fusion once. */
const expected = new Map<string, Promise<Tensors>>();
const onCpu = (name: string): Promise<Tensors> => {
  const known = expected.get(name) ?? fusedOf(caseOf(name), cpu);
  expected.set(name, known);
  return known;
};

type Numbers = Readonly<Record<string, readonly number[]>>;

async function expectAgreement(name: string, actual: Numbers): Promise<void> {
  const outputs = await onCpu(name);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(outputs).sort());
  for (const [port, tensor] of Object.entries(outputs)) {
    expect(Array.from(tensor.data, Number).every(Number.isFinite)).toBe(true);
    expectAllClose(required(actual[port], port), tensor.data, { relative: 1e-4, absolute: 1e-4 });
  }
}

const numbersOf = (tensors: Tensors): Numbers =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data, Number)]));

describe('features and gradients on wasm in Node, within 1e-4 of the processor', () => {
  it.each(names)('%s', async (name) => expectAgreement(name, numbersOf(await fusedOf(caseOf(name), wasm))));
});

describeInChromium(() => {
  let page: BackendsPage;
  beforeAll(async () => {
    page = await openBackendsPage('./standard-fusions.ts');
  }, 120_000);
  afterAll(() => page.close());

  const onPage = (name: string): Promise<Numbers> =>
    page.tab.evaluate(async (name) => {
      const { standardFusions: all, fusedOf: run, backends } = (window as unknown as Under).under;
      const outputs = await run(all[name]!, backends['webgpu']!);
      return Object.fromEntries(Object.entries(outputs).map(([port, { data }]) => [port, Array.from(data, Number)]));
    }, name);

  // Shaders are compiled for the first run, on the processor where there is no card.
  describe('features and gradients on webgpu, within 1e-4 of the processor in Node', () => {
    it.each(names)('%s', async (name) => expectAgreement(name, await onPage(name)), 120_000);
  });
});
