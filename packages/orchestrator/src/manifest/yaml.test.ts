import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { toPlain, type Located } from './located.js';
import { parseYaml } from './yaml.js';

function failure(text: string, file?: string): SensoriumError {
  try {
    parseYaml(text, file);
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('what is not YAML', () => {
  it.each([
    ['a key written twice', 'a: 1\nb: 2\na: 3', 3, 1, /^A key is written twice in one map\.$/],
    ['a tab', 'a:\n\tb: 1', 2, 1, /^Tabs are not allowed as indentation\.$/],
    ['a second document', 'a: 1\n---\na: 1', 2, 1, /^A manifest is one YAML document; a second one begins here\.$/],
    ['an open bracket', 'a: 1\nb: { c: d', 2, 10, /must be sufficiently indented and end with a }\.$/],
    ['an unknown tag', 'a: !mine b', 1, 4, /^Unresolved tag: !mine\.$/],
    ['a key that is a list', 'a: 1\n? [b]\n: c', 2, 3, /^A key must be a plain word\.$/],
    ['an alias within itself', 'a: 1\nb: &b { c: d, deep: *b }', 2, 7, /an alias within itself/],
    ['an alias without anchor', 'a: 1\nb: [c, *nowhere]', 2, 8, /^The alias \*nowhere repeats nothing/],
    ['a misspelt alias', 'a: &eye {}\nb: *eyes', 2, 4, /Did you mean "eye"\?/],
    ['an alias before its anchor', 'a: *eye\nb: &eye {}', 1, 4, /no &eye stands before it/],
    ['an alias as a key', '*a : 1', 1, 1, /^The alias \*a/],
    ['aliases that stand for gigabytes', manyLaughs(), 1, 1, /^With its aliases written out/],
    ['one large map repeated often', manyCopies(), 1, 1, /^With its aliases/],
    ['300,000 keys', keys(300_000), 74_899, 1, /^There is more here than half a million words/],
    ['a merge of no map', 'a: &a [b]\nc: { <<: *a }', 2, 6, /^Only maps can be merged with <<\.$/],
    ['a hundred thousand brackets', `a: ${'['.repeat(100_000)}`, 1, 67, /^More than 64 levels/],
    ['a hundred thousand dashes', '- '.repeat(100_000), 1, 128, /^More than 64 levels/],
  ])('refuses %s', (_, text, line, column, message) => {
    const error = failure(text, 'x.yaml');
    expect(error.code).toBe('SENSORIUM_MANIFEST_SYNTAX');
    expect(error.location).toEqual({ file: 'x.yaml', line, column });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/\.$/);
  });

  function keys(count: number): string {
    return Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
  }

  function manyCopies(): string {
    return `a: &a { ${keys(2_000).trim().replaceAll('\n', ', ')} }\nb: [${'*a, '.repeat(2_000)}]`;
  }

  function manyLaughs(): string {
    const items = (level: number): string =>
      Array(10)
        .fill(level > 0 ? `*l${level - 1}` : 'ha')
        .join(', ');
    return Array.from({ length: 12 }, (_, level) => `l${level}: &l${level} [${items(level)}]`).join('\n');
  }
});

describe('what is YAML', () => {
  it.each([
    ['numbers and words', 'a: 1e-3\nb: 0x10\nc: no\nd: null\ne: "1"', { a: 0.001, b: 16, c: 'no', d: null, e: '1' }],
    ['JSON, indented with tabs', '{\n\t"a": [\n\t\t1,\n\t\ttrue\n\t]\n}', { a: [1, true] }],
    ['a byte order mark and line breaks of Windows', '\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['keys that are numbers', '1: a', { 1: 'a' }],
    ['nothing', '# a comment\n', null],
    ['merge keys', 'a: &a { x: 1, y: 1 }\nb: { y: 2, <<: *a }', { a: { x: 1, y: 1 }, b: { x: 1, y: 2 } }],
    [
      'merges of several maps, of which the first counts',
      'a: &a { x: 1 }\nb: &b { x: 2, y: 2 }\nc: { <<: [*a, *b], z: 3 }',
      { a: { x: 1 }, b: { x: 2, y: 2 }, c: { x: 1, y: 2, z: 3 } },
    ],
    ['a key that is called <<', 'a: { "<<": { x: 1 } }', { a: { '<<': { x: 1 } } }],
    ['the last of anchors of one name', 'a: &a 1\nb: *a\nc: &a 2\nd: *a', { a: 1, b: 1, c: 2, d: 2 }],
  ])('reads %s', (_, text, value) => {
    expect(toPlain(parseYaml(text))).toEqual(value);
  });
});

it('tells where what is merged was written', () => {
  const { value } = parseYaml('a: &a { x: 1 }\nb: { <<: *a }', 'x.yaml');
  const merged = (value as ReadonlyMap<string, Located>).get('b')?.value as ReadonlyMap<string, Located>;
  expect(merged.get('x')?.at).toEqual({ file: 'x.yaml', line: 1, column: 12 });
});

it('reads 60,000 keys in time that grows with their number alone', () => {
  const text = `a:\n${Array.from({ length: 60_000 }, (_, index) => `  k${index}: 1\n`).join('')}`;
  const start = process.cpuUsage();
  expect(((parseYaml(text).value as ReadonlyMap<string, Located>).get('a')?.value as Map<string, Located>).size).toBe(
    60_000,
  );
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(10);
});
