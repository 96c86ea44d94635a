import type { AnswerFile } from './line.js';
import { openTextFile } from './text-file.js';

/** Answers as JSON, one to a line. */
export async function jsonLines(out: string): Promise<AnswerFile> {
  const file = await openTextFile(out);
  return { ...file, add: (line) => file.write(`${JSON.stringify(line)}\n`) };
}
