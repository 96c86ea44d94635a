import { operatorCases, operatorFacts } from '@sensorium/graph/testing';
import { format, resolveConfig } from 'prettier';

const url = new URL('../../docs/operators.md', import.meta.url);

/** The reference of the operators, up to date. */
export async function createReference() {
  return { url, text: await format(render(), { ...(await resolveConfig(url)), filepath: url.pathname }) };
}

const introduction = `<!-- Written by tools/operator-reference. Do not edit. -->

# The operators

Everything that \`@sensorium/graph\` exports from \`src/operators\`: functions from symbols to symbols that become nodes of
operator set 17. All of them infer element types and shapes, and check them at once.

- **ONNX**: the nodes that a use of the function becomes.
- **Unknown size**: whether an axis of its inputs may be a name, such as \`batch\`, rather than a number.
- **Gradient**: _yes_; _0_ where the result is constant in pieces; _none_, and why: _refused_ is what throws
  \`SENSORIUM_NO_GRADIENT\` where a trained parameter lies behind it.
- **Tested on**: where values are compared with a formula, and gradients with finite differences of that formula; in double
  precision on cpu where ONNX Runtime has it. On webgpu, what it does not have runs on cpu: this is ONNX Runtime's choice.
  What it refuses instead is said here, and tested too.`;

function render() {
  const tested = Object.entries(operatorCases).sort(([a], [b]) => a.localeCompare(b));
  return [
    introduction,
    [
      '| Function | ONNX | Unknown size | Gradient | Tested on |',
      '| --- | --- | --- | --- | --- |',
      ...tested.map(row),
    ].join('\n'),
  ].join('\n\n');
}

function row([name, cases]) {
  const { types, gradient, unknownSize, refusedByWebgpu } = operatorFacts(cases);
  const cells = [
    code(name),
    types.map(code).join(', ') || 'a constant',
    unknownSize === undefined ? '' : unknownSize ? 'yes' : 'no',
    gradient,
    ['cpu, wasm, webgpu', ...refusedByWebgpu.map((what) => `not on webgpu: ${what}`)].join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}

const code = (text) => `\`${text}\``;
