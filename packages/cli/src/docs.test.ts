import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createProgram } from './program.js';

const page = fileURLToPath(new URL('../../../docs/command.md', import.meta.url));

/** What a command line such as `sensorium train --help` prints in 80 columns. */
async function helpOf(line: string): Promise<string> {
  const printed: string[] = [];
  const program = createProgram({ onExitCode: () => undefined, onHelp: (text) => printed.push(text) });
  // Commander throws once help is printed.
  await program.parseAsync(line.split(' ').slice(1), { from: 'user' }).catch(() => undefined);
  return stripVTControlCharacters(printed.join('')).replaceAll(/ +$/gm, '').trimEnd();
}

it('docs/command.md has the help of every command as it is; if not: npx vitest run packages/cli/src/docs.test.ts -u', async () => {
  const written = await readFile(page, 'utf8');
  const blocks = /```text\n\$ (sensorium.* --help)\n[^]*?\n```/g;
  const lines = Array.from(written.matchAll(blocks), ([, line]) => String(line));
  const { commands } = createProgram({ onExitCode: () => undefined, onHelp: () => undefined });
  const shown = commands.filter((command) => !['probe', 'complete', 'train-apart'].includes(command.name()));
  expect(new Set(lines)).toEqual(
    new Set(['sensorium --help', ...shown.map((command) => `sensorium ${command.name()} --help`)]),
  );
  const help = new Map(await Promise.all(lines.map(async (line) => [line, await helpOf(line)] as const)));
  const renewed = written.replace(blocks, (_, line: string) => `\`\`\`text\n$ ${line}\n${help.get(line)}\n\`\`\``);
  await expect(renewed).toMatchFileSnapshot(page);
});
