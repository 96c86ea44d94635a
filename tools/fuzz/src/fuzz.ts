import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Corpus } from './corpus.js';
import { formats } from './formats/index.js';
import { limits, type FormatName, type Input, type Verdict } from './input.js';
import { Tester } from './process/tester.js';

export interface FuzzOptions {
  /** The file of the process in which inputs are read. */
  readonly program: string;
  /** How many, all in all. */
  readonly inputs: number;
  /** Fixes all of them. */
  readonly seed: number;
  readonly only: readonly FormatName[];
  /** Processes that read at the same time. */
  readonly workers: number;
  /** Folder for the inputs with which something is wrong. */
  readonly out: string;
  readonly onProgress?: (done: number, total: number, faults: number) => void;
}

/** An input with which something is wrong. */
export interface Fault {
  readonly format: FormatName;
  readonly index: number;
  readonly made: string;
  readonly what: string;
  /** Where the input is kept. */
  readonly file: string;
}

/** The input that cost most. */
interface Costliest {
  readonly seconds: Peak;
  readonly mebibytes: Peak;
}

interface Peak {
  readonly format: FormatName;
  readonly index: number;
  readonly made: string;
  readonly value: number;
}

export interface Report {
  readonly seed: number;
  readonly inputs: Readonly<Partial<Record<FormatName, number>>>;
  readonly answers: number;
  /** How often each code was given. */
  readonly errors: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
  readonly costliest: Partial<Costliest>;
}

interface Task {
  readonly format: FormatName;
  readonly index: number;
}

/** Reads so many inputs, each in a process of its own, and tells of those that give no clear error and no sane answer. */
export async function fuzz(options: FuzzOptions): Promise<Report> {
  const tasks = shares(options);
  const corpora = new Map<FormatName, Corpus>();
  for (const format of options.only) corpora.set(format, await Corpus.make(format, formats[format], options.seed));
  const run = new Run(options, tasks, corpora);
  return run.toTheEnd();
}

/** Inputs of all formats in turn, so that those that take long are spread. */
function shares({ only, inputs }: FuzzOptions): Task[] {
  const all = only.reduce((sum, name) => sum + formats[name].share, 0);
  const tasks = only.flatMap((format) => {
    const count = Math.round((inputs * formats[format].share) / all);
    return Array.from({ length: count }, (_, index) => ({ format, index, at: index / count }));
  });
  return tasks.sort((a, b) => a.at - b.at);
}

class Run {
  private next = 0;
  private done = 0;
  private answers = 0;
  private readonly errors = new Map<string, number>();
  private readonly faults: Fault[] = [];
  private readonly peaks: { seconds?: Peak; mebibytes?: Peak } = {};

  constructor(
    private readonly options: FuzzOptions,
    private readonly tasks: readonly Task[],
    private readonly corpora: ReadonlyMap<FormatName, Corpus>,
  ) {}

  async toTheEnd(): Promise<Report> {
    const { workers, seed, only } = this.options;
    await Promise.all(Array.from({ length: workers }, () => this.work()));
    const counts = only.map((name) => [name, this.tasks.filter(({ format }) => format === name).length] as const);
    return {
      seed,
      inputs: Object.fromEntries(counts),
      answers: this.answers,
      errors: Object.fromEntries([...this.errors].sort()),
      faults: this.faults.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
      costliest: this.peaks,
    };
  }

  private async work(): Promise<void> {
    const tester = new Tester(this.options.program, limits);
    try {
      for (let task = this.take(); task; task = this.take()) {
        const input = this.corpora.get(task.format)?.input(task.index);
        if (input) await this.count(task, input, await tester.test(task.format, input));
        this.options.onProgress?.(++this.done, this.tasks.length, this.faults.length);
      }
    } finally {
      await tester.dispose();
    }
  }

  private take(): Task | undefined {
    return this.tasks[this.next++];
  }

  private async count(task: Task, input: Input, verdict: Verdict): Promise<void> {
    this.keepPeak('seconds', task, input, verdict);
    this.keepPeak('mebibytes', task, input, verdict);
    if (verdict.kind === 'answer') this.answers++;
    else if (verdict.kind === 'error') this.errors.set(verdict.code, (this.errors.get(verdict.code) ?? 0) + 1);
    else this.faults.push({ ...task, made: input.made, what: verdict.what, file: await this.keep(task, input) });
  }

  private keepPeak(of: 'seconds' | 'mebibytes', task: Task, { made }: Input, verdict: Verdict): void {
    if (verdict[of] > (this.peaks[of]?.value ?? 0)) this.peaks[of] = { ...task, made, value: verdict[of] };
  }

  /** The input as a file, to be read again. */
  private async keep({ format, index }: Task, { file, bytes }: Input): Promise<string> {
    const { out, seed } = this.options;
    await mkdir(out, { recursive: true });
    const kept = join(out, `${format}-${seed}-${index}${extname(file)}`);
    await writeFile(kept, bytes);
    return kept;
  }
}
