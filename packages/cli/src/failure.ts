import { inspect } from 'node:util';
import type { SensoriumError } from '@sensorium/contracts';
import { CommanderError } from 'commander';
import { Interrupted } from './interrupt.js';
import { command } from './terminal/command.js';

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An error as the outside sees it. */
export interface Explanation {
  readonly exitCode: number;
  /** For people. */
  readonly text: string;
  /** For programs: code and message, and where they are known hint and location. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For those who look for the fault: stack and causes. */
  readonly details: string;
}

/** Commander's way to say that help or the version was printed. */
export const isHelp = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && /^commander\.(help|version)/.test(error.code);

export async function usageError(message: string, hint: string): Promise<SensoriumError> {
  const { SensoriumError } = await import('@sensorium/contracts');
  return new SensoriumError({ code: 'SENSORIUM_USAGE', message, hint });
}

export async function explain(error: unknown): Promise<Explanation> {
  const details = inspect(error);
  if (error instanceof Interrupted) {
    const { message, hint } = error;
    const text = [message, hint].filter(Boolean).join('\n');
    return { exitCode: exitCodes.interrupted, text, json: { code: 'SENSORIUM_INTERRUPTED', message, hint }, details };
  }
  const { SensoriumError, errorToJson, formatError } = await import('@sensorium/contracts');
  const known = error instanceof CommanderError ? await misunderstood(error) : error;
  if (!SensoriumError.is(known)) return { ...unexpected(known), details };
  const exitCode = known.code === 'SENSORIUM_USAGE' ? exitCodes.usage : exitCodes.failed;
  return { exitCode, text: formatError(known), json: errorToJson(known), details };
}

function misunderstood({ code, message }: CommanderError): Promise<SensoriumError> {
  const hint =
    code === 'commander.unknownCommand'
      ? `${command} --help lists the commands.`
      : `${command} help COMMAND lists its arguments and options, with examples.`;
  return usageError(message.replace(/^error: /, ''), hint);
}

function unexpected(error: unknown): Omit<Explanation, 'details'> {
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'Run it again with --debug to see where it comes from.';
  const text = `Something unexpected went wrong: ${message}\n${hint}`;
  return { exitCode: exitCodes.failed, text, json: { code: 'SENSORIUM_UNEXPECTED', message, hint } };
}
