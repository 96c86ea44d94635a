import { didYouMean, sha256 } from '@sensorium/data';
import type { OnnxModel } from '@sensorium/onnx';
import type { Kind } from './kind.js';
import type { Source } from './model-files.js';
import type { Options } from './options.js';
import { misfit, problem } from './problem.js';

/** What files call their tokens, the last layer of them, and vectors of a whole sample. */
const TOKENS = ['last_hidden_state', 'token_embeddings'];
const VECTORS = ['image_embeds', 'text_embeds', 'audio_embeds', 'sentence_embedding', 'pooler_output'];

/** Spells out what the model's files and the values say. */
export async function learnFromModel<T>(
  given: Options,
  kind: Kind<T>,
  values: AsyncIterable<T>,
  source: Source,
): Promise<Options> {
  const hashes = await checkedHashes(given, source);
  const graph = source.graph();
  const pooling = given.pooling ?? poolingOf(source, graph);
  if (pooling === 'model') vectorOf(given, graph);
  return {
    ...given,
    ...(source.commit !== undefined && { revision: source.commit }),
    output: outputOf(given, graph),
    pooling,
    ...(await kind.learn(given, values, source)),
    sha256: hashes,
  };
}

async function checkedHashes(
  { model, sha256: expected = {} }: Options,
  { bytes }: Source,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, content] of bytes) {
    const own = await sha256(content);
    const other = Object.hasOwn(expected, name) ? expected[name] : undefined;
    if (other !== undefined && other !== own) {
      throw problem(
        'SENSORIUM_CHECKSUM',
        model,
        `the SHA-256 of "${name}" is ${own}, and the manifest says ${other}`,
        'Get the files that the manifest means, or take "sha256" out of it.',
      );
    }
    found[name] = own;
  }
  return found;
}

/** As the model was trained; where its file gives no vector of its own, the mean. */
const poolingOf = ({ tower: { pooling } }: Source, { outputs }: OnnxModel): NonNullable<Options['pooling']> =>
  pooling === 'model' && !outputs.some(({ name }) => VECTORS.includes(name)) ? 'mean' : pooling;

/** The output that is a vector of a whole sample. Throws SENSORIUM_MANIFEST_INVALID where there is none. */
export function vectorOf({ model }: Options, { outputs }: OnnxModel): string {
  const names = outputs.map(({ name }) => name);
  const vector = VECTORS.find((name) => names.includes(name));
  if (vector !== undefined) return vector;
  throw misfit(
    model,
    `its file gives no vector of a whole sample; its outputs: ${names.join(', ')}`,
    'Set "pooling" to mean or first.',
  );
}

function outputOf({ model, output }: Options, { outputs, values }: OnnxModel): string {
  const names = outputs.map(({ name }) => name);
  if (output === undefined) {
    const known = [...TOKENS, ...VECTORS].find((name) => names.includes(name));
    if (known !== undefined) return known;
    throw misfit(
      model,
      `its file gives ${names.join(', ')}, and no features: it was exported with the head that it was trained for`,
      `Name the tensor before that head in "output". The last ones inside: ${values.slice(-6).join(', ')}.`,
    );
  }
  if (values.includes(output)) return output;
  throw misfit(
    model,
    `its file computes no tensor "${output}".${didYouMean(output, values)}`,
    `Its outputs: ${names.join(', ')}. Any tensor inside can be named too.`,
  );
}
