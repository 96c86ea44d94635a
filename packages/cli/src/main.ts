import type { Command } from 'commander';
import { exitCodes, explain, isHelp, usageError } from './failure.js';
import type { GlobalOptions } from './options.js';
import { createProgram } from './program.js';
import { beQuiet, complain, ignoreErrorsOf, print, printJson } from './terminal/output.js';

/**
 * Runs one command line, the arguments after `sensorium`, in this process: results go to stdout, all else to stderr.
 * Gives the exit code and never throws.
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done;
  const help: string[] = [];
  const program = createProgram({ onExitCode: (code) => (exitCode = code), onHelp: (text) => help.push(text) });
  const quit = (error: unknown): void => void fail(program, error).then((code) => process.exit(code));
  process.once('uncaughtException', quit);
  beQuiet(false);
  ignoreErrorsOf(process.stderr);
  try {
    await refuseLong(args);
    await program.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
    return exitCode;
  } catch (error) {
    return await fail(program, await printHelp(help, error));
  } finally {
    process.off('uncaughtException', quit);
  }
}

/** What ended the command, or kept its help from being printed. */
const printHelp = (help: readonly string[], ending: unknown): Promise<unknown> =>
  (help.length > 0 ? print(help.join('')) : Promise.resolve()).then(
    () => ending,
    (broken: unknown) => broken,
  );

/** ONNX Runtime 1.30 crashes in a process whose command line is somewhat longer than this. */
const LONGEST_COMMAND_LINE = 16_384;

async function refuseLong(args: readonly string[]): Promise<void> {
  const bytes = args.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= LONGEST_COMMAND_LINE) return;
  throw await usageError(
    `the command line has ${bytes} bytes; it takes ${LONGEST_COMMAND_LINE}`,
    'Put long values into a table, and give that with --data.',
  );
}

async function fail(program: Command, error: unknown): Promise<number> {
  if (isHelp(error)) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const { json, debug } = program.opts<GlobalOptions>();
  const { exitCode, text, json: description, details } = await explain(error);
  if (debug) complain(details);
  if (json && (await isPrinted({ error: description }))) return exitCode;
  complain(text);
  return exitCode;
}

/** Whether stdout could take it: an error about a full disk has to be told elsewhere. */
async function isPrinted(document: unknown): Promise<boolean> {
  try {
    await printJson(document);
    return true;
  } catch {
    return false;
  }
}
