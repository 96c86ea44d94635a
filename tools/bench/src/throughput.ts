import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeModel } from '@sensorium/testkit/hub';
import { vitModel } from '@sensorium/testkit/hub-models';
import { loadFolder, loadMobileNet } from './photos/pretrained.js';
import { bareRuntime, measureThroughput, type Throughput } from './photos/throughput.js';
import { startPipeline, toInstall } from './photos/transformers.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import { chosen, type Workload } from './workload.js';

/** Of Touvron et al. 2021, in patches of 16. */
const tinyVisionTransformer = { size: 224, dim: 192, layers: 12, heads: 3 };

const [photos, mobileNet] = ['data/photos/images', 'models/mobilenet-v2-imagenet/model.onnx'];

interface Part {
  readonly name: string;
  /** Undefined where what it needs is not there. */
  readonly measure: (paths: readonly string[], seed: number, rounds: number) => Promise<Throughput | undefined>;
}

const parts: readonly Part[] = [
  {
    name: 'mobilenet',
    async measure(paths, seed, rounds) {
      const file = sharedFile(mobileNet);
      if (file === undefined) return undefined;
      await using pipeline = await loadMobileNet(file, seed);
      const [one, all] = [await bareRuntime(file, paths, 1), await bareRuntime(file, paths)];
      try {
        const peers = { 'onnxruntime, 1 thread': one.round, 'onnxruntime, all threads': all.round };
        return await measureThroughput(paths, pipeline, peers, rounds);
      } finally {
        await Promise.all([one.dispose(), all.dispose()]);
      }
    },
  },
  {
    name: 'vision-transformer',
    measure: (paths, seed, rounds) =>
      inScratch('vision-transformer', async (scratch) => {
        const folder = join(scratch, 'vit');
        await writeModel(folder, vitModel(tinyVisionTransformer));
        const other = await startPipeline(folder);
        if (!other) return undefined;
        await using pipeline = await loadFolder(folder, seed);
        try {
          return await measureThroughput(paths, pipeline, { 'transformers.js': other.round }, rounds);
        } finally {
          other.dispose();
        }
      }),
  },
];

/**
 * Photographs from files through pretrained models: MobileNet V2 beside ONNX Runtime alone, on pixels that are decoded before,
 * and a vision transformer beside the pipeline of transformers.js, from files, too.
 */
export const throughput: Workload = {
  description: 'photographs from files through pretrained models, milliseconds a photograph',
  async run({ seed, rounds, only }) {
    const folder = sharedFile(photos);
    if (folder === undefined) return skipped(photos);
    const paths = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).map((name) => join(folder, name));
    const table: string[][] = [['', 'ms', 'ours', 'ratio']];
    const result: Record<string, Throughput> = {};
    for (const { name, measure } of chosen(parts, only)) {
      const found = await measure(paths, seed, rounds);
      if (!found) {
        table.push([`${name}: skipped, without ../shared/${mobileNet} or transformers.js. ${toInstall}`]);
        continue;
      }
      result[name] = found;
      for (const [peer, milliseconds] of Object.entries(found.peers)) {
        const ratio = milliseconds / found.pipeline;
        table.push([`${name}, ${peer}`, ...[milliseconds, found.pipeline, ratio].map((value) => value.toFixed(2))]);
      }
    }
    return { table, result };
  },
};
