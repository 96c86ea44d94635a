import { formatLocation, SensoriumError, type ErrorCode, type ErrorLocation } from '@sensorium/contracts';

/** One thing that is wrong with a manifest. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly location: ErrorLocation;
  readonly cause?: unknown;
}

/** An error as one of the things that are wrong with a manifest: what stands at a place of it is at fault. */
export const problemAt = ({ code, message, hint, cause, location }: SensoriumError, outer: ErrorLocation): Problem => ({
  code,
  message,
  location: { ...outer, ...location },
  ...(hint !== undefined && { hint }),
  ...(cause !== undefined && { cause }),
});

const shown = 5;

/** In a word of a message: names and keys that people write are as long as they like. */
const LONGEST_WORD = 100;
/** Of a message or hint. */
const LONGEST = 1500;

function brief(text: string): string {
  const short = text.replace(/\S{101,}/g, (word) => `${word.slice(0, LONGEST_WORD)}…`);
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}

const briefly = (problem: Problem): Problem => ({
  ...problem,
  message: brief(problem.message),
  ...(problem.hint !== undefined && { hint: brief(problem.hint) }),
});

const inOrderOfText = (a: Problem, b: Problem): number =>
  (a.location.line ?? 0) - (b.location.line ?? 0) || (a.location.column ?? 0) - (b.location.column ?? 0);

function tell({ message, location }: Problem): string {
  const place = formatLocation(location);
  return place ? `${place}  ${message}` : message;
}

/**
 * One error for all of them: code and place of the first, the messages of the first few. Its cause is an AggregateError of
 * them all, each at its own place, for editors that mark them. Nothing for no problems.
 */
export function throwProblems(problems: readonly Problem[]): void {
  const sorted = problems.toSorted(inOrderOfText).map(briefly);
  const [first, ...others] = sorted;
  if (!first) return;
  const told = others.slice(0, shown - 1);
  const untold = others.length - told.length;
  const message = [first.message, ...told.map(tell), ...(untold > 0 ? [`… and ${untold} more.`] : [])].join('\n');
  const hints = new Set([first, ...told].flatMap(({ hint }) => hint ?? []));
  throw new SensoriumError({
    code: first.code,
    message: brief(message),
    hint: brief([...hints].join('\n')) || undefined,
    location: first.location,
    cause: new AggregateError(
      sorted.map((problem) => new SensoriumError(problem)),
      message,
    ),
  });
}
