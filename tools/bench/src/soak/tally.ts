import { SensoriumError } from '@sensorium/contracts';
import { isSame } from './same.js';
import type { Kind } from './requests.js';

/** Of a fault that is told. */
const LONGEST = 1000;

/** What came of the requests of one kind. */
export interface Count {
  requests: number;
  answers: number;
  /** By code. */
  readonly errors: Record<string, number>;
  brokenOff: number;
}

/** Why a request was broken off. */
export class BrokenOff extends Error {}

/** Counts what comes of requests, and keeps what should not have come. */
export class Tally {
  readonly counts: Record<string, Count> = {};
  /** How often each came. */
  readonly faults = new Map<string, number>();
  readonly milliseconds: number[] = [];

  /** @param expected the answer that was given before; undefined where an error must come */
  answered(kind: Kind, answer: unknown, expected: unknown, milliseconds: number): void {
    const count = this.countOf(kind);
    count.answers++;
    if (kind.codes) return this.fault(kind, `an answer came: ${JSON.stringify(answer)}`);
    if (!isSame(answer, expected))
      return this.fault(kind, `${JSON.stringify(answer)}, and before ${JSON.stringify(expected)}`);
    if (!kind.isAborted) this.milliseconds.push(milliseconds);
  }

  refused(kind: Kind, error: unknown): void {
    const count = this.countOf(kind);
    if (error instanceof BrokenOff && kind.isAborted) return void count.brokenOff++;
    if (!SensoriumError.is(error))
      return this.fault(kind, error instanceof Error ? String(error.stack) : String(error));
    const { code, message } = error;
    count.errors[code] = (count.errors[code] ?? 0) + 1;
    if (!kind.codes?.includes(code)) this.fault(kind, `${code}: ${message}`);
  }

  private countOf({ name }: Kind): Count {
    const count = (this.counts[name] ??= { requests: 0, answers: 0, errors: {}, brokenOff: 0 });
    count.requests++;
    return count;
  }

  private fault({ name }: Kind, what: string): void {
    const line = `${name}: ${what.slice(0, LONGEST)}`;
    this.faults.set(line, (this.faults.get(line) ?? 0) + 1);
  }
}
