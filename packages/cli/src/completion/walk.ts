import type { Command, Option } from 'commander';

/** Where on a command line its next word stands. */
export interface Place {
  readonly program: Command;
  readonly command: Command;
  /** What was given to the command before, without options. */
  readonly operands: readonly string[];
  /** The option whose value the next word is. */
  readonly option?: Option;
  /** After `--` nothing is an option. */
  readonly ended: boolean;
}

/** Goes along the words of a command line. An option that the program does not know is taken for one without a value. */
export const walk = (program: Command, words: readonly string[]): Place =>
  words.reduce(step, { program, command: program, operands: [], ended: false });

function step({ option, ...place }: Place, word: string): Place {
  const { command, operands, ended } = place;
  if (option) return place;
  if (ended) return { ...place, operands: [...operands, word] };
  if (word === '--') return { ...place, ended: true };
  if (word.startsWith('-')) {
    const given = optionsOf(command).find(({ short, long }) => word === short || word === long);
    return given && takesValue(given) ? { ...place, option: given } : place;
  }
  const inner = operands.length === 0 ? subcommandsOf(command).find((other) => other.name() === word) : undefined;
  return inner ? { ...place, command: inner } : { ...place, operands: [...operands, word] };
}

const takesValue = ({ required, optional }: Option): boolean => required || optional;

/** Those that help lists. */
export const subcommandsOf = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);

/** The same of options: its own, help, and those of all commands. */
export function optionsOf(command: Command): readonly Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}
