/** One line of a benchmark's table. */
export interface Measurement {
  readonly name: string;
  /** The best of several. */
  readonly milliseconds: number;
  /** What the machine's own speed allows at best, measured in the same run. */
  readonly floorMilliseconds: number;
}

export interface Report {
  readonly measurements: readonly Measurement[];
  /** What the numbers rest on: sizes, rates, how often was measured. JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Workload {
  readonly description: string;
  run(options: { readonly seed: number; readonly rounds: number }): Promise<Report>;
}
