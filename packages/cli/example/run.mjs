// Answers with ONNX Runtime alone. What Sensorium does before and after the model is in the files beside this one; what they
// have to know of this model, such as its words and labels, is in model.json.
//
// From a program: import { run } from './run.mjs';  const { answer } = await run({ image: 'photo.jpg' });
import { readFile, realpath } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = (file) => new URL(file, import.meta.url);
const model = JSON.parse(await readFile(here('model.json'), 'utf8'));

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};
const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** One sample, by the names of inputs → an answer of each head. `tensors`: what inputs without an example are fed. */
export async function run(sample, tensors = {}) {
  const { Tensor } = await import('onnxruntime-node');
  const session = await open();
  const fed = Object.entries({ ...(await feeds(sample)), ...tensors });
  const outputs = await session.run(
    Object.fromEntries(fed.map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)])),
  );
  const answers = Object.entries(model.heads).map(async ([head, { answer, options, of, outputs: names }]) => {
    const own = Object.fromEntries(Object.entries(names).map(([output, name]) => [output, outputs[name]]));
    return [head, model.javascript.includes(answer) ? (await load(answer)).answer(own, options, of) : numbers(own)];
  });
  // A model without heads gives features.
  return answers.length > 0 ? Object.fromEntries(await Promise.all(answers)) : numbers(outputs);
}

/** Outputs that no example makes an answer of. */
const numbers = (outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, data: Array.from(data, Number) }]),
  );

let session;
async function open() {
  const { InferenceSession } = await import('onnxruntime-node');
  return (session ??= await InferenceSession.create(fileURLToPath(here(model.file))));
}

const load = (module) => import(`./${module}.mjs`);

/** What the model is fed of a sample: { type, shape [1,…], data } by the names of its inputs. */
export async function feeds(sample) {
  const inputs = Object.entries(model.inputs).map(([name, input]) => feedsOf(name, input, sample[name]));
  return Object.assign({}, noise(), ...(await Promise.all(inputs)));
}

async function feedsOf(name, input, source) {
  const isThere = source !== undefined && source !== null && source !== '';
  if (isThere && ![input.decode, input.prepare].every((module) => model.javascript.includes(module))) {
    const wanted = Object.values(input.tensors).map((one) => `${one.name} ${one.type} [1,${one.shape}]`);
    throw new Error(`there is no example for "${name}"; give its tensors to run(): ${wanted.join(', ')}`);
  }
  if (!isThere && !input.present) {
    if (model.javascript.includes(input.prepare)) throw new Error(`the input "${name}" is missing`);
    return {};
  }
  const data = isThere ? await prepared(input, source) : {};
  const own = Object.entries(input.tensors).map(([tensor, { name: feed, type, shape }]) => [
    feed,
    { type, shape: [1, ...shape], data: data[tensor] ?? new arrays[type](sizeOf(shape)) },
  ]);
  const present = { type: 'float32', shape: [1, 1], data: Float32Array.of(Number(isThere)) };
  return Object.fromEntries(input.present ? [...own, [input.present, present]] : own);
}

async function prepared({ decode, prepare, options, many, tensors }, source) {
  const modules = [await load(decode), await load(prepare)];
  const one = async (value) => modules[1].prepare(await modules[0].decode(value), options);
  if (many === null) return one(source);
  // Lists of up to so many values, with zeros in places that hold none.
  const items = await Promise.all([source].flat().slice(0, many).map(one));
  const joined = Object.entries(tensors).map(([tensor, { type, shape }]) => {
    const all = new arrays[type](sizeOf(shape));
    if (tensor === 'given') all.fill(1, 0, items.length);
    else items.forEach((item, place) => all.set(item[tensor], (place * all.length) / many));
    return [tensor, all];
  });
  return Object.fromEntries(joined);
}

/** New for every run; Sensorium itself draws it from a seed. */
function noise() {
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const entries = Object.entries(model.noise).map(([name, { kind, shape }]) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, kind === 'normal' ? normal : Math.random);
    return [name, { type: 'float32', shape: [1, ...shape], data }];
  });
  return Object.fromEntries(entries);
}

/** `image=photo.jpg` → ['image', 'photo.jpg']; lists and objects are JSON. */
function parse(argument) {
  const [name, ...rest] = argument.split('=');
  const text = rest.join('=');
  const { many, columns } = model.inputs[name] ?? {};
  return [name, (many && text.startsWith('[')) || columns ? JSON.parse(text) : text];
}

if (process.argv[1] && (await realpath(process.argv[1])) === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await run(Object.fromEntries(process.argv.slice(2).map(parse))), null, 2));
}
