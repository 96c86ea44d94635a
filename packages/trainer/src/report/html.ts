/** Markup that may stand in a page as it is. Made by `html`, which escapes, and by `trusted`, which does not. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What a template may hold. Only `Html` is taken for markup; `undefined` and `false` are nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[];

/** A piece of a page. Every interpolated text is escaped, for elements and for quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(strings.reduce((markup, string, index) => markup + render(contents[index - 1]) + string));
}

/** Takes text of our own, a style sheet, as markup. */
export const trusted = (markup: string): Html => new Html(markup);

/** At most `most` characters; what is cut is said to be. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${(text.length - most).toLocaleString('en-US')} characters more)`;
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(render).join('');
  return escape(String(content));
}

const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Control characters, which HTML does not allow, become U+FFFD. */
const escape = (text: string): string =>
  text
    .replace(/[&<>"']/g, entity)
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd');
