import { operatorCases, operatorFacts } from '@sensorium/graph/testing';
import { allOperators } from '@sensorium/onnx';
import { format, resolveConfig } from 'prettier';
import { signaturesOf } from './signatures.mjs';

const url = new URL('../../docs/operators.md', import.meta.url);

/** The reference of the operators, up to date. */
export async function createReference() {
  return { url, text: await format(render(), { ...(await resolveConfig(url)), filepath: url.pathname }) };
}

const introduction = `<!-- Written by tools/operator-reference. Do not edit. -->

# The operators

Everything that \`@sensorium/graph\` exports from \`src/operators\`: functions from symbols to symbols that become nodes of
operator set 17, or 18 for \`scatterElements\` and \`scatterND\` with extremes. All of them infer element types and shapes, and check them at once.

- **ONNX**: the nodes that a use of the function becomes.
- **Unknown size**: which axes of its inputs, in the cases of its tests, may be a name, such as \`batch\`, rather than a
  number, one name at a time: _any_, _some_, _none_; _first_ is some, among them always the first axis of the first input.
  Behind a stroke, with gradients, where that is less.
- **Gradient**: _yes_; _0_ where the result is constant in pieces; _none_, and why: _refused_ is what throws
  \`SENSORIUM_NO_GRADIENT\` where a trained parameter lies before it.
- **Cases**: in how many ways it is applied in tests: shapes, element types and options.
- **Tested on**: where values are compared with a formula, and gradients with finite differences of that formula; in double
  precision on cpu where ONNX Runtime has it. On webgpu, what it does not have runs on cpu: this is ONNX Runtime's choice.
  What it refuses instead is said here, and tested too. Numbers are those of cases, where it is not all of them.`;

function render() {
  const tested = Object.entries(operatorCases).sort(([a], [b]) => a.localeCompare(b));
  return [
    introduction,
    [
      '| Function | ONNX | Unknown size | Gradient | Cases | Tested on |',
      '| --- | --- | --- | --- | --: | --- |',
      ...tested.map(row),
    ].join('\n'),
    '## Signatures',
    ...signaturesOf(tested.map(([name]) => name)).map(signature),
    imports,
    [
      '| Operator | Becomes ours | Shape | Several samples | Known beforehand | Since |',
      '| --- | --- | --- | --- | --- | --: |',
      ...[...allOperators].sort(([a], [b]) => a.localeCompare(b)).map(importRow),
    ].join('\n'),
  ].join('\n\n');
}

function signature({ name, signature, documentation, options }) {
  const members = options.map(
    ({ name: option, isOptional, type, documentation: meaning }) =>
      `- ${code(`${option}${isOptional ? '?' : ''}: ${type}`)}${meaning ? ` ${meaning}` : ''}`,
  );
  return [`### ${code(name)}`, '```ts\n' + signature + '\n```', documentation, members.join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

const imports = `## Operators of ONNX files

What \`@sensorium/onnx\` knows of the operators that a file may have.

- **Becomes ours**: it is built from the functions above, and has their gradients. Otherwise it is kept as it is, runs, and has none.
- **Shape**: where it is kept, the shape of its result is told from its inputs, so that what comes after it is known.
- **Several samples**: a file that was saved for one sample can be run on many.
- **Known beforehand**: it is computed while the graph is built where its inputs are known: shapes, as a rule.
- **Since**: the operator set after 17 that brought it, or the meaning that it has.`;

function importRow([type, { lower, infer, inferEvery, batch, fold, foldShape, since }]) {
  const marks = [lower, infer ?? inferEvery, batch, fold ?? foldShape].map((rule) => (rule ? 'yes' : ''));
  return `| ${[code(type), ...marks, since?.operator ?? ''].join(' | ')} |`;
}

function row([name, cases]) {
  const facts = operatorFacts(cases);
  const cells = [
    code(name),
    facts.types.map(code).join(', ') || 'a constant',
    [facts.unknownSize ?? '', facts.unknownSizeInGradient].filter((axes) => axes !== undefined).join(' / '),
    facts.gradient,
    facts.cases,
    Object.entries(facts.tested)
      .map(([backend, count]) => tested(backend, count, facts))
      .join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** `cpu (double)`, `webgpu (5 of 7; not …)` */
function tested(backend, count, { cases, doubles, refusedByWebgpu }) {
  const notes = [
    count < cases && `${count} of ${cases}`,
    backend === 'cpu' && doubles && precision(doubles),
    ...(backend === 'webgpu' ? refusedByWebgpu.map((what) => `not ${what}`) : []),
  ].filter(Boolean);
  return notes.length ? `${backend} (${notes.join('; ')})` : backend;
}

function precision({ count, of }) {
  if (count === 0) return 'single';
  return count === of ? 'double' : `${count} of ${of} double`;
}

const code = (text) => `\`${text}\``;
