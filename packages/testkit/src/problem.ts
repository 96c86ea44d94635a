import { formatError, SensoriumError } from '@sensorium/contracts';

/** What is wrong with a plugin, and which check found it. */
export interface Problem {
  /** The name of the check: `reads every option`. */
  readonly check: string;
  readonly message: string;
}

/** One rule that a plugin must keep. */
export interface Check<Subject> {
  readonly name: string;
  /** Says what is wrong; nothing if all is well. What it throws is a problem too. */
  readonly find: (subject: Subject) => Promise<readonly string[]> | readonly string[];
}

export async function problemsOf<Subject>(check: Check<Subject>, subject: Subject): Promise<Problem[]> {
  const report = (message: string): Problem => ({ check: check.name, message });
  try {
    return (await check.find(subject)).map(report);
  } catch (error) {
    return [report(describeError(error))];
  }
}

export const describeError = (error: unknown): string =>
  SensoriumError.is(error)
    ? formatError(error)
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
