/** What `styleText` writes for titles and marks of ours: bold letters, and one sign in yellow. No other style is one of ours. */
const OURS = String.raw`\u001b\[1m\P{Cc}*?\u001b\[22m|\u001b\[33m!\u001b\[39m`;
/** Control characters, and what changes the order in which letters are shown: file names and labels could pretend. */
const HIDDEN = String.raw`(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]`;

const [BOLD, NORMAL] = ['\u001b[1m', '\u001b[22m'] as const;

const STYLED_OR_HIDDEN = new RegExp(`${OURS}|${HIDDEN}`, 'gu');
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');

/** Text that leaves a terminal as it is: breaks, tabs and our own styles stay, all else that is no letter is shown. */
export const visible = (text: string): string =>
  text.replace(STYLED_OR_HIDDEN, (found) =>
    found.startsWith(BOLD) ? BOLD + withoutStyle(found.slice(BOLD.length, -NORMAL.length)) + NORMAL : shown(found),
  );

/** The same of text that has no style of ours, such as an error's. */
export const withoutStyle = (text: string): string => text.replace(ALL_HIDDEN, picture);

/** The same of data that stands within a line: breaks and tabs become spaces, too. */
export const plain = (text: string): string => withoutStyle(text.replace(/\s*[\t\n\r\u2028\u2029]\s*/g, ' '));

const shown = (found: string): string => (found.length > 1 ? found : picture(found));

const PICTURES = 0x2400;

/** `␛` for ESC; those that have no picture as JSON writes them, such as `\u009b`. */
function picture(hidden: string): string {
  const code = hidden.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(PICTURES + code) : `\\u${code.toString(16).padStart(4, '0')}`;
}
