import { errorCodes, SensoriumError } from '@sensorium/contracts';
import type { Input, Outcome } from '../input.js';

/**
 * Reads an input as a program would. What it gives is checked: it throws a SensoriumError for an input that is refused, and
 * any other error where an answer makes no sense.
 */
export type Target = (input: Input) => Promise<void>;

/** Of a message, and of a hint: what people can still read. */
const LONGEST = 2000;

export async function judge(target: Target, input: Input): Promise<Outcome> {
  const outcome = await target(input).then(
    (): Outcome => ({ kind: 'answer' }),
    (error: unknown): Outcome => outcomeOf(error),
  );
  const [polluted] = Object.keys(Object.prototype);
  return polluted === undefined ? outcome : fault(`every object has "${polluted}" now`);
}

const fault = (what: string): Outcome => ({ kind: 'fault', what });

function outcomeOf(error: unknown): Outcome {
  if (!SensoriumError.is(error)) {
    return fault(error instanceof Error ? `an error of no kind: ${error.stack}` : `${String(error)} was thrown`);
  }
  const { code, message, hint } = error;
  const problem = problemOf(error);
  return problem === undefined
    ? { kind: 'error', code, message: shortened(message) }
    : fault(`${problem}: ${code} ${shortened(message)} / ${shortened(hint ?? 'no hint')}`);
}

const shortened = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 400)}… (${text.length})`);

/** What is unclear about an error; undefined where nothing is. */
function problemOf({ code, message, hint }: SensoriumError): string | undefined {
  if (code === 'SENSORIUM_UNEXPECTED' || !(code in errorCodes)) return 'the code says nothing';
  if (message.trim() === '') return 'the message is empty';
  if (!hint?.trim() && !/\bexpected\b/.test(message)) return 'nothing says what to do';
  if (message.length > LONGEST || (hint ?? '').length > LONGEST) return 'the message is too long';
  const text = [message, hint ?? ''].join('\n');
  if (/\n\s+at .+:\d+:\d+/.test(text)) return 'there is a stack in the message';
  const phrase = /\bundefined\b|\[object \w+\]|Cannot read propert|is not (a function|iterable|defined)/.exec(text);
  return phrase ? `the message is not ours ("${phrase[0]}")` : undefined;
}
