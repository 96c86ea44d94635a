import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { loadPipeline } from '@sensorium/orchestrator';
import * as onnx from 'onnxruntime-node';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, train, type Metrics, type Progress, type Trained } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
let first: Trained;
const progress: Progress[] = [];
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  const started = performance.now();
  first = await train(squares.manifest, { out: squares.path('first'), from, onProgress: (step) => progress.push(step) });
  console.log('TIME', performance.now() - started, JSON.stringify(first.metrics.history));
});
afterAll(() => rm(squares.folder, { recursive: true }));

it('x', () => {});
