import type { Command } from 'commander';
import { placeholderOf, subcommandWords, valuesOf } from './values.js';
import { optionsOf, walk, type Place } from './walk.js';

/** A word that may stand there. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** What may stand in place of the last word of a command line. */
export interface Candidates {
  readonly words: readonly Word[];
  /** The paths that the shell offers besides. */
  readonly paths: 'files' | 'folders' | 'none';
}

const nothing: Candidates = { words: [], paths: 'none' };

/** All of it follows from the program, so that nothing is offered that it does not take. */
export async function candidates(program: Command, typed: readonly string[]): Promise<Candidates> {
  const last = typed.at(-1) ?? '';
  const place = walk(program, typed.slice(0, -1));
  const { words, paths } = await offered(place, last);
  return { words: words.filter(({ word }) => word.startsWith(last)), paths };
}

async function offered(place: Place, last: string): Promise<Candidates> {
  if (place.option) return valuesOf(place.option.argChoices, placeholderOf(place.option.flags), { ...place, last });
  if (!place.ended && last.startsWith('-')) return last.includes('=') ? optionValues(place, last) : options(place);
  return operands(place, last);
}

/** `--backend=c` → `--backend=cpu`, `--backend=cuda` */
async function optionValues(place: Place, last: string): Promise<Candidates> {
  const equals = last.indexOf('=');
  const option = optionsOf(place.command).find(({ long }) => long === last.slice(0, equals));
  if (!option) return nothing;
  const { words, paths } = await offered({ ...place, option }, last.slice(equals + 1));
  return { words: words.map(({ word, meaning }) => ({ word: `${last.slice(0, equals + 1)}${word}`, meaning })), paths };
}

const options = ({ command }: Place): Candidates => ({
  words: optionsOf(command).flatMap(({ short, long, description }) =>
    [long, short].flatMap((flag) => (flag === undefined ? [] : [{ word: flag, meaning: description }])),
  ),
  paths: 'none',
});

function operands(place: Place, last: string): Promise<Candidates> | Candidates {
  const { program, command, operands: given } = place;
  if (command === program && given.length === 0) return { words: subcommandWords(program), paths: 'none' };
  const argument = command.registeredArguments[given.length];
  return argument ? valuesOf(argument.argChoices, argument.name(), { ...place, last }) : nothing;
}
