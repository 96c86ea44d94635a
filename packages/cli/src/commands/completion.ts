import { Argument, type Command } from 'commander';
import { candidates } from '../completion/candidates.js';
import { scripts } from '../completion/scripts.js';
import { examples } from '../options.js';
import { printing, type Define, type Result } from '../result.js';

export const defineCompletion: Define = (program, onExitCode) => {
  program
    .command('completion')
    .summary('let the shell complete commands, options and files')
    .description('Prints a script that lets the Tab key complete what is typed after sensorium.')
    .addArgument(new Argument('<shell>', 'the shell that runs it').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      examples(
        'eval "$(sensorium completion bash)"                                    # in ~/.bashrc',
        'eval "$(sensorium completion zsh)"                                     # in ~/.zshrc, after compinit',
        'sensorium completion fish > ~/.config/fish/completions/sensorium.fish',
      ),
    )
    .action(printing(completion, onExitCode));
};

async function completion(shell: string): Promise<Result> {
  const script = scripts[shell as keyof typeof scripts];
  return { text: script, json: { shell, script } };
}

/** Not for people: the scripts run it for every Tab. */
export const defineComplete: Define = (program, onExitCode) => {
  program
    .command('complete', { hidden: true })
    .description('Prints what may stand in place of the last word.')
    .argument('[words...]', 'what is typed after sensorium')
    .action(printing((words: readonly string[]) => complete(program, words), onExitCode));
};

async function complete(program: Command, words: readonly string[]): Promise<Result> {
  const found = await candidates(program, words);
  const lines = found.words.map(({ word, meaning }) => `${word}\t${meaning}`);
  return { text: [found.paths, ...lines].join('\n'), json: found };
}
