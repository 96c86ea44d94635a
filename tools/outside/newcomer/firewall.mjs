// A program where npm left onnxruntime-node out, in whatever folder it is started: everything works, and says on what it runs.
import assert from 'node:assert/strict';
import { loadPipeline, starterSamples, train } from 'sensorium';

const [{ image, question }] = await starterSamples();
const starter = await loadPipeline('starter');
assert.equal(starter.backend.backend, 'wasm');
const [{ backend, reason }] = starter.backend.passedOver;
assert.equal(backend, 'cpu');
assert.match(reason, /onnxruntime-node is not installed.*ONNXRUNTIME_NODE_INSTALL=skip npm install/);
assert.ok((await starter.run({ image, question })).answer.text);
await starter.dispose();

const rows = Array.from({ length: 8 }, (_, row) => ({ text: row % 2 ? 'good' : 'bad', mood: row % 2 }));
const manifest = { sensorium: 1, inputs: { text: 'text' }, heads: { mood: 'regression' }, training: { epochs: 2 } };
const trained = await train(manifest, { rows });
const pipeline = await loadPipeline(trained);
assert.equal(typeof (await pipeline.run({ text: 'good' })).mood.value, 'number');
await pipeline.dispose();

await assert.rejects(train(manifest, { rows, backend: 'cpu' }), { code: 'SENSORIUM_BACKEND_UNAVAILABLE' });
