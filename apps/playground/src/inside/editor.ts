import { byId, element } from '../dom.js';

/** Where something stands: 1-based line and column. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** What a line is made of: a comment, a key, another word, and the rest. */
const TOKENS = /(?<comment>(?:^|\s)#.*$)|(?<key>[\w$-]+(?=\s*:(?:\s|$)))|[\w$-]+|[^\s#\w$-]+|\s+|\S/g;

/** A text field with line numbers and colours, in which places can be underlined. */
export class Editor {
  private readonly area = byId('manifest', HTMLTextAreaElement);
  private readonly colours = byId('colours', HTMLElement);
  private readonly gutter = byId('gutter', HTMLElement);
  private spots: readonly Spot[] = [];

  constructor(onInput: () => void) {
    this.area.addEventListener('input', () => {
      this.mark([]);
      onInput();
    });
    this.area.addEventListener('scroll', () => this.follow());
    this.area.addEventListener('keydown', (event) => this.indent(event));
  }

  get text(): string {
    return this.area.value;
  }

  set text(text: string) {
    this.area.value = text;
    this.mark([]);
  }

  /** Underlines what stands at these places, and no others. */
  mark(spots: readonly Spot[]): void {
    this.spots = spots;
    this.area.setAttribute('aria-invalid', String(spots.length > 0));
    const lines = this.text.split('\n');
    this.area.rows = lines.length;
    this.colours.replaceChildren(...lines.flatMap((line, index) => [...this.coloured(line, index + 1), '\n']));
    const wrong = new Set(spots.map(({ line }) => line));
    this.gutter.replaceChildren(
      ...lines.flatMap((_, index) => [
        element('span', { class: wrong.has(index + 1) ? 'here' : '' }, String(index + 1)),
        '\n',
      ]),
    );
    this.follow();
  }

  /** Puts the caret at a place. */
  goTo({ line, column }: Spot): void {
    const before = this.text.split('\n').slice(0, line - 1);
    const offset = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    this.area.focus();
    this.area.setSelectionRange(offset, offset);
  }

  private follow(): void {
    this.colours.scrollLeft = this.area.scrollLeft;
  }

  private coloured(line: string, number: number): (Node | string)[] {
    const starts = this.spots.filter((spot) => spot.line === number).map(({ column }) => column - 1);
    return [...line.matchAll(TOKENS)].flatMap((match) => {
      const { comment, key } = match.groups ?? {};
      const kind = comment === undefined ? (key === undefined ? '' : 'key') : 'comment';
      return underlined(match[0], match.index, starts, kind);
    });
  }

  /** A new line begins where the one before did. */
  private indent(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.isComposing) return;
    const { selectionStart, selectionEnd } = this.area;
    const line = this.text.slice(0, selectionStart).split('\n').at(-1) ?? '';
    const margin = /^ */.exec(line)?.[0] ?? '';
    const deeper = /:\s*$/.test(line) ? '  ' : '';
    event.preventDefault();
    this.area.setRangeText(`\n${margin}${deeper}`, selectionStart, selectionEnd, 'end');
    this.area.dispatchEvent(new Event('input'));
  }
}

/** A token; underlined where it, or a part of it, begins at one of the places. */
function underlined(text: string, from: number, starts: readonly number[], kind: string): (Node | string)[] {
  const start = starts.find((place) => place >= from && place < from + text.length);
  if (start === undefined) return [kind ? element('span', { class: kind }, text) : text];
  const at = start - from;
  const wrong = element('span', { class: `wrong ${kind}` }, text.slice(at) || ' ');
  return at > 0 ? [text.slice(0, at), wrong] : [wrong];
}
