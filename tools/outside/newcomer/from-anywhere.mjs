// The model of the README, answering from whatever folder this is started in.
import assert from 'node:assert/strict';
import { loadPipeline } from 'sensorium';

const pipeline = await loadPipeline(new URL('model/', import.meta.url));
assert.deepEqual(pipeline.backend, { backend: 'cpu', passedOver: [] });
const image = new URL('scenes/test/1.png', import.meta.url);
const { answer } = await pipeline.run({ image, question: 'what is the colour of the star?' });
await pipeline.dispose();
console.log(answer.text);
