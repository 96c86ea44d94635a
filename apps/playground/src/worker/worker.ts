import { startBackend, type Choice, type RunsOn } from './backend.js';
import type * as Inside from './plan.js';
import { readPicture } from './pictures.js';
import { drawExamples, drawScene } from './scenes.js';
import { serve, type Context } from './serve.js';
import { ask } from './starter.js';
import type * as Learn from './learn.js';
import type * as Teach from './teach.js';
import type * as Projects from './projects.js';

// The trainer is fetched when somebody teaches or looks inside: the first answer does without it.
const lesson = (): Promise<typeof Learn> => import('./learn.js');
const teach = (): Promise<typeof Teach> => import('./teach.js');
const projects = (): Promise<typeof Projects> => import('./projects.js');
const inside = (): Promise<typeof Inside> => import('./plan.js');

type First<F extends (...parameters: never[]) => unknown> = Parameters<F>[0];

/** All that the page may ask for. */
const tasks = {
  start: ({ backend }: { readonly backend: Choice }): Promise<RunsOn> => startBackend(backend),
  ask,
  drawScene,
  drawExamples,
  readPicture,
  openProject: async (_: object) => (await projects()).openProject(),
  saveProject: async (changed: First<typeof Projects.saveProject>) => (await projects()).saveProject(changed),
  taught: async (given: First<typeof Teach.taught>) => (await teach()).taught(given),
  learn: async (given: First<typeof Learn.learn>, context: Context) => (await lesson()).learn(given, context),
  guess: async (given: First<typeof Teach.guess>) => (await teach()).guess(given),
  modelFile: async (given: First<typeof Teach.modelFile>) => (await teach()).modelFile(given),
  folder: async (given: First<typeof Teach.folder>) => (await teach()).folder(given),
  forgetModel: async (_: object) => (await teach()).forgetModel(),
  plan: async (given: First<typeof Inside.plan>, context: Context) => (await inside()).plan(given, context),
};

export type Tasks = typeof tasks;

serve(globalThis, tasks);
