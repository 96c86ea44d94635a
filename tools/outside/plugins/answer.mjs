// Runs the model from whatever folder: plugins are found where this program is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadPipeline } from '@sensorium/orchestrator';

const [row] = readFileSync(new URL('test.jsonl', import.meta.url), 'utf8').split('\n');
const { motion, gesture } = JSON.parse(row);
const pipeline = await loadPipeline(new URL('model/', import.meta.url));
const answer = await pipeline.run({ motion });
await pipeline.dispose();
assert.equal(answer.gesture.text, gesture);
console.log(JSON.stringify({ motion, answer: answer.gesture }));
