import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

/** The examples in TypeScript of a README, given by its address, in their order. */
export function examplesOf(readme: URL): string[] {
  const text = readFileSync(readme, 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code]) => code ?? []);
}

/** Runs an example as it stands in a README, with the exports of what it imports and what it takes for granted. */
export function runExample(code: string, value: string, exports: object, given: object = {}): unknown {
  const body = code
    .replace(/^import (\{.*\}) from '@sensorium\/.*';$/gm, 'var $1 = exports;')
    // Node 20 does not know it.
    .replace(/^await using/m, 'const')
    .replace(/^export /m, '');
  const isAsync = /\bawait\b/.test(body) ? 'async ' : '';
  const names = ['exports', ...Object.keys(given)].join(', ');
  const example = runInThisContext(`(${isAsync}(${names}) => { ${body}; return ${value}; })`) as (
    ...values: unknown[]
  ) => unknown;
  return example(exports, ...(Object.values(given) as unknown[]));
}
