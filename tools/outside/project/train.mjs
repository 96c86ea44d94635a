// Trains on motions, with plugins from among this project's dependencies, and runs the model in Node.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadPipeline } from '@sensorium/orchestrator';
import { train } from '@sensorium/trainer';

const { metrics } = await train('motion.yaml', { out: 'model' });
const { accuracy } = metrics.test.gesture.metrics;
assert.ok(accuracy.value >= 0.9, `test accuracy ${accuracy.value}`);

const report = readFileSync('model/report.html', 'utf8');
assert.match(report, /<polyline|<path/, 'the report draws motions as curves');

const [row] = readFileSync('test.jsonl', 'utf8').split('\n');
const { motion, gesture } = JSON.parse(row);
const pipeline = await loadPipeline('model');
const answer = await pipeline.run({ motion });
await pipeline.dispose();
assert.equal(answer.gesture.text, gesture);
console.log(JSON.stringify({ accuracy: accuracy.value, motion, answer: answer.gesture }));
