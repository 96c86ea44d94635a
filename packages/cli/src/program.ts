import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { defineCheck } from './commands/check.js';
import { defineDoctor } from './commands/doctor.js';
import { defineEvaluate } from './commands/evaluate.js';
import { defineExport } from './commands/export.js';
import { definePlugins } from './commands/plugins.js';
import { defineProbe } from './commands/probe.js';
import { defineRun } from './commands/run.js';
import { defineTrain } from './commands/train.js';
import { exitCodes, explain, isHelp, usageError } from './failure.js';
import { examples, type GlobalOptions } from './options.js';
import { print, printJson } from './terminal/print.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const exitCodeHelp = `
Exit codes:
  0    done
  1    the input, the data, the model or the machine is at fault
  2    the command line was not understood
  130  interrupted
`;

/**
 * Runs one command line, the arguments after `sensorium`, in this process: results go to stdout, all else to stderr.
 * Gives the exit code and never throws.
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done;
  const help: string[] = [];
  const program = createProgram(
    (code) => (exitCode = code),
    (text) => help.push(text),
  );
  const quit = (error: unknown): void => void fail(program, error).then((code) => process.exit(code));
  process.once('uncaughtException', quit);
  try {
    await refuseLong(args);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    await print(help.join(''));
    return await fail(program, error);
  } finally {
    process.off('uncaughtException', quit);
  }
}

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

/** The commands' own options and help, without loading what they need. */
function createProgram(onExitCode: (code: number) => void, onHelp: (text: string) => void): Command {
  const program = new Command('sensorium')
    .description('Multimodal learning for TypeScript: train, evaluate and run models that a manifest describes.')
    .version(version, '-v, --version', 'print the version')
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--debug', 'print the stack of an error')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: onHelp, outputError: () => undefined })
    .exitOverride()
    .addHelpText(
      'after',
      examples('sensorium run starter --input image=scene.png --input question="how many rings are there?"'),
    )
    .addHelpText('after', exitCodeHelp);
  const shown = [defineTrain, defineEvaluate, defineRun, defineCheck, definePlugins, defineDoctor, defineExport];
  const commands = [...shown, defineProbe];
  for (const define of commands) define(program, onExitCode);
  return program;
}

async function fail(program: Command, error: unknown): Promise<number> {
  if (isHelp(error)) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const { json, debug } = program.opts<GlobalOptions>();
  const { exitCode, text, json: description, details } = await explain(error);
  if (debug) process.stderr.write(`${details}\n`);
  if (json && (await isPrinted({ error: description }))) return exitCode;
  process.stderr.write(`${text}\n`);
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
