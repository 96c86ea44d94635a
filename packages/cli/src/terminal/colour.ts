import { styleText } from 'node:util';

/** From now on, also in processes that are started, whatever the environment said. */
export function withoutColour(): void {
  delete process.env['FORCE_COLOR'];
  process.env['NO_COLOR'] = '1';
}

/** A title of help, which takes the style out where stdout shows none. */
export const helpTitle = (text: string): string => styleText('bold', text, { validateStream: false });
