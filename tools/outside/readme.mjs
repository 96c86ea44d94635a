import { readFileSync } from 'node:fs';

/** Blocks of code in a Markdown file, in order. The first line may name a file: `// ask.ts`, `<!-- index.html -->`. */
export function codeBlocks(file) {
  const fences = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return Array.from(fences, ([, language, text]) => ({ language, text, file: fileOf(text) }));
}

const fileOf = (text) => /^(?:\/\/|<!--|#) (\S+\.\w+)(?: -->)?\n/.exec(text)?.[1];

/** Lines of a block for a shell. */
export const linesOf = ({ text }) => text.split('\n').filter(Boolean);
