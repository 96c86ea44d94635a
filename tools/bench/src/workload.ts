export interface WorkloadOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Names of what is to be measured, where a workload consists of several; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** How long what lasts is to last; undefined for as long as it does by default. */
  readonly minutes: number | undefined;
  /** How many processes are killed, where any are. */
  readonly kills: number;
  /** Keeps what was found so far, for the case that the process does not come to its end. */
  readonly save: (result: Report['result']) => Promise<void>;
}

export interface Report {
  /** For people: the first row is the heading. */
  readonly table: readonly (readonly string[])[];
  /** For machines: measurements, and what they rest on. JSON. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Whether something is not as it must be: then the command fails, after it has said what. */
  readonly failed?: boolean;
}

export interface Workload {
  readonly description: string;
  run(options: WorkloadOptions): Promise<Report>;
}

/** The parts that `only` names. Throws for a name that there is not. */
export function chosen<T extends { readonly name: string }>(parts: readonly T[], only: WorkloadOptions['only']): T[] {
  const names = parts.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${names.join(', ')}`);
  return parts.filter(({ name }) => only?.includes(name) ?? true);
}
