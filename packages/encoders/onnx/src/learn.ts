import { type PluginFiles, required, SensoriumError } from '@sensorium/contracts';
import { didYouMean, sha256 } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import type { OnnxModel } from '@sensorium/onnx';
import { filesBeside } from './external-data.js';
import { describeInputs } from './feeds.js';
import type { Flow } from './flow.js';
import { kindOf, type Decoded } from './kinds/index.js';
import { bytesOf, readModelFile } from './model-file.js';
import { glued } from './normalize.js';
import type { OnnxOptions, Stage } from './options.js';
import { misfit, problem } from './problem.js';
import { type KnownStage, runStage } from './run-stage.js';

/** Spells out what the files say, and what only the values do. */
export async function learnFromFiles(
  given: OnnxOptions,
  values: AsyncIterable<Decoded>,
  files: PluginFiles,
): Promise<OnnxOptions> {
  const known = { ...given, ...(await spelled(given, files)) };
  const then = await Promise.all(given.then.map(async (stage) => ({ ...stage, ...(await spelled(stage, files)) })));
  const model = readModelFile(given.file, files);
  const own = await kindOf(given).learn({ given: known, values, files, input: mainInput(known, model) });
  return settled({ ...known, then, ...own }, files);
}

type Spelled = Pick<KnownStage, 'output' | 'sha256' | 'externalData'>;

/** Of one file: its output, and what tells it and the files beside it from others. */
async function spelled(stage: Stage, files: PluginFiles): Promise<Spelled> {
  const { file } = stage;
  const bytes = bytesOf(file, files);
  const hash = await checkedHash(file, bytes, stage.sha256, 'sha256');
  const externalData: Record<string, string> = {};
  for (const [name, path] of filesBeside(file, bytes)) {
    const known = stage.externalData ?? {};
    const expected = Object.hasOwn(known, name) ? known[name] : undefined;
    externalData[name] = await checkedHash(path, bytesOf(path, files), expected, 'externalData');
  }
  const output = outputOf(stage, readModelFile(file, files));
  return { output, sha256: hash, ...(Object.keys(externalData).length > 0 && { externalData }) };
}

async function checkedHash(
  file: string,
  bytes: Uint8Array,
  expected: string | undefined,
  option: keyof OnnxOptions,
): Promise<string> {
  const found = await sha256(bytes);
  if (expected === undefined || expected === found) return found;
  throw problem(
    'SENSORIUM_CHECKSUM',
    file,
    `its SHA-256 is ${found}, and the manifest says ${expected}`,
    `Get the file that the manifest means, or take "${option}" out of the manifest.`,
  );
}

function outputOf({ file, output, states = {} }: Stage, { outputs, values }: OnnxModel): string {
  if (output === undefined) {
    const isState = (name: string): boolean => Object.values(states).includes(name);
    const last = outputs.findLast(({ name, dtype }) => dtype === 'float32' && !isState(name));
    if (last) return last.name;
    throw misfit(file, 'none of its outputs is known to be float32', 'Name the tensor of the features in "output".');
  }
  if (values.includes(output)) return output;
  throw misfit(
    file,
    `the model computes no tensor "${output}".${didYouMean(output, values)}`,
    `Its outputs: ${outputs.map(({ name }) => name).join(', ')}. Any tensor inside can be named too.`,
  );
}

/** The first that is neither a state nor a number. */
function mainInput({ file, inputs = {}, states = {} }: Stage, model: OnnxModel): OnnxModel['inputs'][number] {
  const own = model.inputs.find(({ name }) => !Object.hasOwn(states, name) && typeof inputs[name] !== 'number');
  if (own) return own;
  throw misfit(file, 'the model has no input for a value', describeInputs(model));
}

/** Tries each file with what it will be given: what does not fit is told before anything else is done. */
function settled(given: OnnxOptions, files: PluginFiles): OnnxOptions {
  const front = kindOf(given).create(given);
  const specs = Object.entries(front.kept);
  let flow = front.flow(
    Object.fromEntries(specs.map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape])])),
  );
  const settle = <S extends Stage>(stage: S): S => {
    const [own, next] = chosen(stage, readModelFile(stage.file, files), flow);
    flow = next;
    return own;
  };
  const first = settle(given);
  const then = given.then.map((stage) => {
    flow = glued(flow, stage);
    return settle(stage);
  });
  return { ...first, then };
}

/** Several at once where the file allows it, and else one after the other. */
function chosen<S extends Stage>(stage: S, model: OnnxModel, flow: Flow): [S, Flow] {
  try {
    return [stage, tried(stage, model, flow)];
  } catch (error) {
    if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_BAD_MODEL') throw error;
    const alone = { ...stage, alone: true };
    try {
      return [alone, tried(alone, model, flow)];
    } catch {
      throw error;
    }
  }
}

const tried = (stage: Stage, model: OnnxModel, flow: Flow): Flow =>
  runStage({
    scope: createScope(),
    model,
    stage: { ...stage, output: required(stage.output, 'the output') },
    flow,
  });
