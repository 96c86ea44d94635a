import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { defineCheck } from './commands/check.js';
import { defineCompare } from './commands/compare.js';
import { defineComplete, defineCompletion } from './commands/completion.js';
import { defineDoctor } from './commands/doctor.js';
import { defineEvaluate } from './commands/evaluate.js';
import { defineExport } from './commands/export.js';
import { defineInit } from './commands/init.js';
import { definePlugins } from './commands/plugins.js';
import { defineProbe } from './commands/probe.js';
import { defineRun } from './commands/run.js';
import { defineSample } from './commands/sample.js';
import { defineTrain } from './commands/train.js';
import { defineTrainApart } from './commands/train-apart.js';
import { examples } from './options.js';
import type { Define, OnExitCode } from './result.js';
import { helpTitle, withoutColour } from './terminal/colour.js';
import { beQuiet } from './terminal/output.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** In the order in which people come to need them. */
const groups: Readonly<Record<string, readonly Define[]>> = {
  'Start here:': [defineSample, defineInit, defineCheck, defineTrain],
  'Models:': [defineRun, defineEvaluate, defineCompare, defineExport],
  'Plugins:': [definePlugins],
  'This machine:': [defineDoctor, defineCompletion, defineComplete, defineProbe, defineTrainApart],
};

const environmentAndExitCodes = `
${helpTitle('Environment:')}
  SENSORIUM_CACHE        folder for what can be made again (default: ~/.cache/sensorium)
  NO_COLOR, FORCE_COLOR  no colour, or colour where there is no terminal

${helpTitle('Exit codes:')}
  0    done
  1    the input, the data, the model or the machine is at fault
  2    the command line was not understood
  130  interrupted`;

/** Longer lines are hard to read. */
const WIDEST = 100;
const helpWidth = (): number => Math.min(process.stdout.columns || 80, WIDEST);

/** Help breaks lines where the terminal does. */
const inOneLine = (command: Command): string => command.description().replaceAll('\n', ' ');

export interface ProgramOptions {
  /** Hears of an exit code that is not 0 although nothing was thrown. */
  readonly onExitCode: OnExitCode;
  /** Hears help and version, piece by piece. */
  readonly onHelp: (text: string) => void;
}

/** All commands with their options and help, without loading what they need to work. What goes wrong is thrown. */
export function createProgram({ onExitCode, onHelp }: ProgramOptions): Command {
  const program = new Command('sensorium')
    .description('Multimodal learning for TypeScript: train, evaluate and run models that a manifest describes.')
    .version(version, '-v, --version', 'print the version')
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('-q, --quiet', 'print nothing but results and errors')
    .option('--no-color', 'print without colour')
    .option('--debug', 'print the stack of an error')
    .on('option:quiet', () => beQuiet(true))
    .on('option:no-color', withoutColour)
    .helpOption('-h, --help', 'print help')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: helpTitle,
      subcommandTerm: (command) => command.name(),
      commandDescription: inOneLine,
    })
    .configureOutput({ writeOut: onHelp, outputError: () => undefined, getOutHelpWidth: helpWidth })
    .exitOverride()
    .addHelpText(
      'after',
      examples(
        'sensorium sample scenes --out scenes',
        'sensorium train scenes/scenes.yaml --out model',
        'sensorium run starter --input image=scene.png --input question="how many rings are there?"',
      ),
    )
    .addHelpText('after', environmentAndExitCodes);
  for (const [heading, defines] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const define of defines) define(program, onExitCode);
  }
  return program.helpCommand('help [command]', 'print help for a command');
}
