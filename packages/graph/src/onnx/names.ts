import { SensoriumError } from '@sensorium/contracts';
import type { Value } from '../value.js';

/** One name for each value of a file, in the order of writing, so that the same graph gives the same file. */
export class Names {
  private readonly names = new Map<Value, string>();
  private readonly used = new Set<string>();
  private count = 0;

  has(value: Value): boolean {
    return this.names.has(value);
  }

  of(value: Value): string {
    const name = this.names.get(value);
    if (name === undefined) throw new Error(`value ${value.id} (${value.source.kind}) was used before it was written`);
    return name;
  }

  /** Gives `value` exactly this name. */
  take(value: Value, name: string): string {
    this.reserve(name);
    this.assign(value, name);
    return name;
  }

  /** Gives `value` a name that is reserved already. */
  assign(value: Value, name: string): void {
    this.names.set(value, name);
  }

  /** Gives `value` a new name that starts with `prefix`. */
  next(value: Value, prefix: string): string {
    const name = this.fresh(prefix);
    this.assign(value, name);
    return name;
  }

  fresh(prefix: string): string {
    let name: string;
    do name = `${prefix}_${++this.count}`;
    while (this.used.has(name));
    this.used.add(name);
    return name;
  }

  reserve(name: string): void {
    if (this.used.has(name)) {
      throw new SensoriumError({
        code: 'SENSORIUM_DUPLICATE_NAME',
        message: `two values of one graph are called "${name}"`,
        hint: 'Give one of them another name.',
      });
    }
    this.used.add(name);
  }
}
