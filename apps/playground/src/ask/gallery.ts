import { byId, element } from '../dom.js';

/** A picture that can be asked about. */
export interface AskedPicture {
  /** What the model is given. */
  readonly image: Blob;
  /** As people see it. */
  readonly shown: Blob;
  /** What it shows, in words. */
  readonly caption: string;
  /** Questions to try, with the answer where somebody knows it. */
  readonly questions: readonly { readonly question: string; readonly answer?: string }[];
  /** Whether the person gave it. */
  readonly isOwn: boolean;
}

const MOST_PICTURES = 6;

/** The pictures at hand, the one in question in large. */
export class Gallery {
  private readonly strip = byId('ask-strip', HTMLElement);
  private readonly large = byId('ask-picture', HTMLImageElement);
  private readonly buttons = new Map<AskedPicture, HTMLButtonElement>();
  private readonly addresses = new Map<AskedPicture, string>();

  constructor(private readonly onSelect: (picture: AskedPicture) => void) {}

  /** The oldest goes where there are too many. */
  add(picture: AskedPicture): void {
    const address = URL.createObjectURL(picture.shown);
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': 'false', 'aria-label': picture.caption },
      element('img', { src: address, alt: '' }),
    );
    button.addEventListener('click', () => this.select(picture));
    this.addresses.set(picture, address);
    this.buttons.set(picture, button);
    this.strip.append(button);
    const [oldest] = this.buttons.keys();
    if (oldest && this.buttons.size > MOST_PICTURES) this.remove(oldest);
  }

  select(picture: AskedPicture): void {
    for (const [other, button] of this.buttons) button.setAttribute('aria-pressed', String(other === picture));
    this.large.src = this.addresses.get(picture) ?? '';
    this.large.alt = picture.caption;
    this.large.hidden = false;
    byId('ask-caption', HTMLElement).textContent = '';
    this.onSelect(picture);
  }

  private remove(picture: AskedPicture): void {
    this.buttons.get(picture)?.remove();
    this.buttons.delete(picture);
    URL.revokeObjectURL(this.addresses.get(picture) ?? '');
    this.addresses.delete(picture);
  }
}
