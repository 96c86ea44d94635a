import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input, Limits, Verdict } from '../input.js';
import type { Question } from './serve.js';
import { signals } from './watch.js';

/** Of what a process said on stderr: the end, which has the reason. */
const LONGEST = 4000;

interface Running {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly said: () => string;
}

/** Has inputs read in a process of their own, which is started anew where one of them ended it. */
export class Tester {
  #running: Promise<Running> | undefined;

  /** @param program a file that calls `serve` */
  constructor(
    private readonly program: string,
    private readonly limits: Limits,
  ) {}

  async test(format: string, input: Input): Promise<Verdict> {
    const { child, said } = await (this.#running ??= this.#start());
    const listening = new AbortController();
    const answer = once(child, 'message', listening).then(([verdict]) => verdict as Verdict);
    const end = once(child, 'close', listening).then(async ([code, signal]) => {
      await this.dispose();
      return this.#verdictOf(code as number | null, signal as string | null, said());
    });
    const question: Question = { format, input };
    child.send(question);
    const verdict = await Promise.race([answer, end]);
    listening.abort();
    await Promise.allSettled([answer, end]);
    return verdict;
  }

  async dispose(): Promise<void> {
    if (!this.#running) return;
    const { child, folder } = await this.#running;
    this.#running = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await rm(folder, { recursive: true, force: true });
  }

  /** In a folder of its own, for what it writes. */
  async #start(): Promise<Running> {
    const folder = await mkdtemp(join(tmpdir(), 'sensorium-fuzz-'));
    const child = fork(this.program, [JSON.stringify(this.limits)], {
      cwd: folder,
      env: { ...process.env, SENSORIUM_CACHE: join(folder, 'cache') },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-LONGEST)));
    return { child, folder, said: () => said };
  }

  #verdictOf(code: number | null, signal: string | null, said: string): Verdict {
    const { seconds, mebibytes, idleSeconds } = this.limits;
    const meanings: Readonly<Record<string, string>> = {
      [signals.seconds]: `it took more than ${seconds} s of the processor`,
      [signals.mebibytes]: `the process grew by more than ${mebibytes} MiB`,
      [signals.idleSeconds]: `nothing happened for ${idleSeconds} s`,
    };
    const meaning = signal === null ? undefined : meanings[signal];
    const what = meaning ?? `the process ended with ${signal ?? `code ${code}`}: ${said.trim()}`;
    return { kind: 'fault', what, seconds: 0, mebibytes: 0 };
  }
}
