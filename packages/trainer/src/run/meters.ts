import { required, type Detail, type Meter, type Scores, type Tensor, type Tensors } from '@sensorium/contracts';
import { fedSpecs, mapRecord, outputName, type Parts } from '@sensorium/orchestrator';
import { targetName } from '../data/data-column.js';

/** The meter of one head, and what it is given of a batch. */
interface HeadMeter {
  readonly meter: Meter;
  /** Its own name for an output → the model's. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly targets: Readonly<Record<string, string>>;
  /** [rows]: how bad each answer is. */
  readonly badness: Float32Array;
}

/** The meters of all heads that have one, for one pass over some rows. */
export class Meters {
  private readonly heads: Readonly<Record<string, HeadMeter>>;
  private count = 0;

  constructor(parts: Parts, rows: number) {
    this.heads = Object.fromEntries(
      Object.entries(parts.heads).flatMap(([name, { head }]) => {
        if (!head.meter) return [];
        const meter = head.meter();
        const targets = Object.keys(head.target ? fedSpecs(head.target) : {});
        return [
          [
            name,
            {
              meter,
              outputs: Object.fromEntries(meter.reads.map((output) => [output, outputName(name, output)])),
              targets: Object.fromEntries(targets.map((tensor) => [tensor, targetName(name, tensor)])),
              badness: new Float32Array(rows),
            },
          ] as const,
        ];
      }),
    );
  }

  /** The outputs of the model that they read. */
  get reads(): string[] {
    return Object.values(this.heads).flatMap(({ outputs }) => Object.values(outputs));
  }

  /** The keys of the columns that they judge by: `heads.answer` */
  get columns(): string[] {
    return Object.entries(this.heads).flatMap(([name, { targets }]) =>
      Object.keys(targets).length > 0 ? [`heads.${name}`] : [],
    );
  }

  /** Judges a batch: outputs of the model and what heads learn from, [n,…] each. */
  add(outputs: Tensors, targets: Tensors, count: number): void {
    for (const head of Object.values(this.heads)) {
      head.badness.set(head.meter.add(own(outputs, head.outputs), own(targets, head.targets)), this.count);
    }
    this.count += count;
  }

  /** What the meters that tell more of an answer say of each row, by head: outputs and targets as `add` takes them. */
  details(outputs: Tensors, targets: Tensors): Record<string, readonly (readonly Detail[])[]> {
    return Object.fromEntries(
      Object.entries(this.heads).flatMap(([name, head]) => {
        const details = head.meter.details?.(own(outputs, head.outputs), own(targets, head.targets));
        return details ? [[name, details] as const] : [];
      }),
    );
  }

  /**
   * Of all rows that were added.
   *
   * @param intervals whether somebody reads them
   */
  scores(intervals: boolean): Record<string, Scores> {
    return mapRecord(this.heads, ({ meter }) => meter.result({ intervals }));
  }

  /** By head, in the order in which rows were added. */
  badness(): Record<string, Float32Array> {
    return mapRecord(this.heads, ({ badness }) => badness);
  }
}

/** Tensors by the names that a head gives them. */
const own = (tensors: Tensors, names: Readonly<Record<string, string>>): Record<string, Tensor> =>
  mapRecord(names, (name) => required(tensors[name], name));
