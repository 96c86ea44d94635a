import { createRandom } from '@sensorium/data';
import type { Format, Seed } from './formats/format.js';
import type { FormatName, Input } from './input.js';
import { pick, type Tools } from './mutate/mutation.js';

/** Longer ones say nothing more. */
const LARGEST = 2 ** 22;

/** Share of the changes that keep a file readable, where one fits. */
const STRUCTURED = 0.6;

/** The inputs of one format, each fixed by the seed and its number. */
export class Corpus {
  private constructor(
    private readonly name: FormatName,
    private readonly format: Format,
    private readonly seeds: readonly Seed[],
    private readonly hostile: readonly Seed[],
    private readonly seed: number,
  ) {}

  static async make(name: FormatName, format: Format, seed: number): Promise<Corpus> {
    return new Corpus(name, format, await format.seeds(), await format.hostile(), seed);
  }

  /** First those that somebody made on purpose, then whole ones that were changed in one to four ways. */
  input(index: number): Input {
    const given = this.hostile[index];
    if (given) return { file: `input${given.ending}`, bytes: given.bytes, made: given.name };
    const random = createRandom(this.seed, `${this.name} ${index}`);
    const { name, ending, bytes } = pick(random, this.seeds);
    const tools: Tools = { random, other: () => pick(random, this.seeds).bytes };
    const changed = this.changed(bytes, pick(random, [1, 1, 2, 4]), tools);
    return { file: `input${ending}`, bytes: changed.bytes, made: `${name}; ${changed.by.join(', ')}` };
  }

  private changed(bytes: Uint8Array, count: number, tools: Tools): { bytes: Uint8Array; by: string[] } {
    const by: string[] = [];
    let current = bytes;
    while (by.length < count) {
      const { structured, others } = this.format;
      const { name, apply } = pick(tools.random, tools.random.uniform() < STRUCTURED ? structured : others);
      const next = apply(current, tools);
      // One that does not fit leaves its turn to another.
      if (!next) continue;
      current = next.subarray(0, LARGEST);
      by.push(name);
    }
    return { bytes: current, by };
  }
}
