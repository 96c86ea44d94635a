// Trains on motions, with plugins from among this project's dependencies.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { train } from '@sensorium/trainer';

const { metrics } = await train('motion.yaml', { out: 'model' });
const { accuracy } = metrics.test.gesture.metrics;
assert.ok(accuracy.value >= 0.9, `test accuracy ${accuracy.value}`);

const report = readFileSync('model/report.html', 'utf8');
assert.match(report, /<polyline|<path/, 'the report draws motions as curves');
