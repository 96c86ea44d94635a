import type { ClassificationPrediction } from '@sensorium/head-classification';
import type { Raster } from '@sensorium/media';
import { loadPipeline } from '@sensorium/orchestrator';
import {
  questionKinds,
  renderScene,
  sceneExamples,
  starterModel,
  starterPackage,
  type SceneExample,
} from '@sensorium/starter';
import { percent } from './metric.js';
import type { Workload } from './workload.js';

/** The test questions of the recipe that made the embedded model. */
const test = { seed: 2026, scenes: 1000, questionsPerScene: 8, mostObjects: 2, split: 'test' } as const;

interface Starter {
  readonly inputs: { readonly image: Raster; readonly question: string };
  readonly heads: { readonly answer: ClassificationPrediction };
}

interface Asked extends SceneExample {
  readonly right: boolean;
}

/** Which questions the embedded model answers rightly: by kind, and by how many objects the picture has. */
export const sceneQuestions: Workload = {
  description: `the embedded model's test questions by kind, ${test.scenes} × ${test.questionsPerScene}`,
  async run() {
    const asked = await askAll();
    const rows = ['all', ...questionKinds].map((kind) => {
      const those = asked.filter((one) => kind === 'all' || one.kind === kind);
      const [all, one, two] = [[1, 2], [1], [2]].map((objects) =>
        shareOf(those.filter(({ scene }) => objects.includes(scene.objects.length))),
      );
      return { kind, all, one, two };
    });
    return {
      table: [
        ['kind', 'all', 'one object', 'two objects'],
        ...rows.map(({ kind, all, one, two }) => [kind, ...[all, one, two].map(shown)]),
      ],
      result: { test, questions: asked.length, right: rows },
    };
  },
};

async function askAll(): Promise<Asked[]> {
  const pipeline = await loadPipeline<Starter>(starterModel, { from: [starterPackage] });
  try {
    const asked: Asked[] = [];
    for (const example of sceneExamples(test)) {
      const { answer } = await pipeline.run({ image: renderScene(example.scene), question: example.question });
      asked.push({ ...example, right: answer.label === example.answer });
    }
    return asked;
  } finally {
    await pipeline.dispose();
  }
}

/** Undefined where nothing of the kind was asked. */
const shareOf = (asked: readonly Asked[]): number | undefined =>
  asked.length === 0 ? undefined : asked.filter(({ right }) => right).length / asked.length;

const shown = (value: number | undefined): string => (value === undefined ? '–' : percent(value));
