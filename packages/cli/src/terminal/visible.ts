/** What `styleText` writes for bold, dim and the colours of letters. */
const STYLE = String.raw`\u001b\[(?:1|2|22|3[1-6]|39)m`;
const STYLES_AND_CONTROLS = new RegExp(String.raw`${STYLE}|(?![\t\n])\p{Cc}`, 'gu');

/** Text that leaves a terminal as it is: breaks, tabs and our own styles stay, other control characters are shown. */
export const visible = (text: string): string =>
  text.replace(STYLES_AND_CONTROLS, (found) => (found.length > 1 ? found : picture(found)));

/** The same of data that stands within a line: nothing of it is a style, and breaks and tabs become spaces. */
export const plain = (text: string): string => text.replace(/\s*[\t\n\r]\s*/g, ' ').replace(/\p{Cc}/gu, picture);

const PICTURES = 0x2400;

/** `␛` for ESC; those that have no picture as JSON writes them, such as `\u009b`. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(PICTURES + code) : `\\u${code.toString(16).padStart(4, '0')}`;
}
