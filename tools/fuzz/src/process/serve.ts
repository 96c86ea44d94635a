import process from 'node:process';
import { required } from '@sensorium/contracts';
import type { Input, Limits, Verdict } from '../input.js';
import { judge, type Target } from './judge.js';
import { Watch } from './watch.js';

/** What the other process sends. */
export interface Question {
  readonly format: string;
  readonly input: Input;
}

/** Reads inputs that another process sends, one at a time, and answers with verdicts. */
export function serve(targets: Readonly<Record<string, Target>>): void {
  const limits = JSON.parse(required(process.argv[2], 'the limits')) as Limits;
  const watch = new Watch(limits);
  const answer = async ({ format, input }: Question): Promise<Verdict> => {
    watch.begin();
    const outcome = await judge(required(targets[format], `the target of ${format}`), input);
    return { ...outcome, ...watch.end() };
  };
  process.on('message', (question: Question) => {
    void answer(question).then((verdict) => process.send?.(verdict));
  });
}
