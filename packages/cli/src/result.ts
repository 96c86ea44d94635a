import type { Command } from 'commander';
import { exitCodes } from './failure.js';
import type { GlobalOptions } from './options.js';
import { print, printJson } from './terminal/output.js';

/** What a command found out, for people and for programs. */
export interface Result {
  readonly text: string;
  readonly json: unknown;
  /** The command did what it could, and that was not all. */
  readonly failed?: boolean;
}

export type OnExitCode = (code: number) => void;

/** Adds a command to the program. */
export type Define = (program: Command, onExitCode: OnExitCode) => void;

/** A commander action that prints the work's result on stdout, as `--json` asks. */
export function printing<Arguments extends readonly unknown[]>(
  work: (...args: Arguments) => Promise<Result>,
  onExitCode: OnExitCode,
): (...args: [...Arguments, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const { text, json, failed } = await work(...(args.slice(0, -1) as unknown as Arguments));
    await (command.optsWithGlobals<GlobalOptions>().json ? printJson(json) : print(`${text}\n`));
    if (failed) onExitCode(exitCodes.failed);
  };
}
