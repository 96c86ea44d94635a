import { required, type Session, type Tensors } from '@sensorium/contracts';
import type { TrainingProgram } from '@sensorium/training';
import { pick } from '../pick.js';
import type { Chunk } from './feed.js';

export interface StepperOptions {
  readonly program: TrainingProgram;
  /** That carries the program's state. */
  readonly session: Session;
  /** The values of the frozen parameters. */
  readonly frozen: Tensors;
  /** To begin with. */
  readonly state: Tensors;
}

/** What a program reports, by name: [steps] each, `gradientNorms` [steps × trained]. */
export type Reports = Readonly<Record<string, readonly number[]>>;

/** What a program that carries its state needs of its caller's session: input name → output name. */
export const carriedState = ({ state }: TrainingProgram): Record<string, string> =>
  Object.fromEntries(state.map((name) => [name, `next/${name}`]));

/** Takes the steps of a program in one session, which keeps the state from the first of them on. */
export class Stepper {
  private initial: Tensors | undefined;
  /** Frozen parameters that training reads: not those before the features. */
  private readonly fed: Tensors;

  constructor(private readonly options: StepperOptions) {
    this.initial = options.state;
    this.fed = pick(options.frozen, options.program.frozen);
  }

  /** @param clock where the schedule stands at each step, for a program that is paced */
  async take({ steps, inputs }: Chunk, clock?: readonly number[]): Promise<Reports> {
    const { program, session } = this.options;
    const outputs = await session.run({
      ...this.initial,
      ...this.fed,
      ...inputs,
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
      ...(clock && { 'schedule/clock': { dtype: 'float32', shape: [steps], data: Float32Array.from(clock) } }),
    });
    this.initial = undefined;
    const names = [...program.reports, GRADIENT_NORMS];
    return Object.fromEntries(
      names.map((name) => [name, Array.from<number | bigint, number>(required(outputs[name], name).data, Number)]),
    );
  }

  async state(): Promise<Tensors> {
    return this.initial ?? (await this.options.session.carried());
  }
}

/** Reports of a program that are no losses. */
export const TOTAL = 'loss';
export const GRADIENT_NORM = 'gradientNorm';
export const GRADIENT_NORMS = 'gradientNorms';
export const LEARNING_RATE = 'learningRate';

/** Names of the losses that a program reports, the whole one first. */
export const lossesOf = ({ reports }: TrainingProgram): string[] =>
  reports.filter((name) => name !== GRADIENT_NORM && name !== LEARNING_RATE);
