import { byId, element, fromTemplate, within } from '../dom.js';
import { confirmed, opened } from '../dialogs.js';
import { openCamera } from '../pictures/camera.js';
import { acceptDrops, chooseFiles, type GivenFile } from '../pictures/choose.js';
import type { Reading } from '../pictures/read.js';
import { showProblem } from '../problem.js';
import { wholeSeconds } from '../whole-seconds.js';
import type { Example, Kind } from './project.js';
import type { Workbook } from './workbook.js';

export interface CardActions {
  /** Reads files and adds them as examples. */
  give(kind: string, files: readonly GivenFile[]): Promise<void>;
}

/** A kind with its examples. */
export class KindCard {
  readonly root = fromTemplate('kind-template', HTMLElement);
  private readonly name = within(this.root, '.kind-name', HTMLInputElement);
  private readonly list = within(this.root, '.examples', HTMLElement);
  private readonly items = new Map<string, HTMLElement>();
  private readonly addresses = new Map<string, string>();
  private kind: Kind;

  constructor(
    kind: Kind,
    private readonly workbook: Workbook,
    private readonly actions: CardActions,
  ) {
    this.kind = kind;
    this.name.value = kind.name;
    this.name.addEventListener('input', () => workbook.renameKind(kind.id, this.name.value));
    this.on('.pictures', async () => actions.give(kind.id, await chooseFiles('pictures')));
    this.on('.camera', () =>
      openCamera({ many: true, onPicture: (picture) => workbook.addExamples(kind.id, [{ picture }]) }),
    );
    this.on('.remove', () => this.remove());
    within(this.root, 'form', HTMLFormElement).addEventListener('submit', (event) => this.addLine(event));
    acceptDrops(this.root, (files) => void actions.give(kind.id, files));
    this.show(kind);
  }

  focusName(): void {
    this.name.focus();
    this.name.select();
  }

  /** Brings the card up to date. */
  show(kind: Kind): void {
    this.kind = kind;
    const ids = new Set(kind.examples.map(({ id }) => id));
    for (const id of [...this.items.keys()]) if (!ids.has(id)) this.drop(id);
    for (const example of kind.examples) this.showExample(example);
    const { length } = kind.examples;
    this.count(length === 1 ? '1 example' : `${length} examples`);
    const named = kind.name || 'this kind';
    within(this.root, '.remove', HTMLElement).setAttribute('aria-label', `Remove ${named}`);
    within(this.root, '.pictures', HTMLElement).setAttribute('aria-label', `Choose pictures of ${named}`);
    within(this.root, '.camera', HTMLElement).setAttribute('aria-label', `Take pictures of ${named} with the camera`);
    this.list.setAttribute('aria-label', `Examples of ${named}`);
  }

  /** Says how far files are read; the last one is followed by `show`, or by a problem. */
  showReading({ done, of, secondsLeft }: Reading): void {
    const left = secondsLeft < 2 ? '' : `, ${wholeSeconds(secondsLeft)} left`;
    this.count(`${done} of ${of} read${left}`);
  }

  /** Shows what went wrong with this kind's examples; null: nothing is wrong any more. */
  showProblem(problem: unknown): void {
    showProblem(within(this.root, '.problem', HTMLElement), problem);
    this.show(this.kind);
  }

  private count(text: string): void {
    within(this.root, '.count', HTMLElement).textContent = text;
  }

  /** Frees the pictures that it showed. */
  dispose(): void {
    for (const id of [...this.items.keys()]) this.drop(id);
    this.root.remove();
  }

  private on(selector: string, action: () => Promise<void>): void {
    within(this.root, selector, HTMLElement).addEventListener('click', () => {
      this.showProblem(null);
      action().catch((error: unknown) => this.showProblem(error));
    });
  }

  private addLine(event: Event): void {
    event.preventDefault();
    const input = within(this.root, 'form input', HTMLInputElement);
    const text = input.value.trim();
    if (text === '') return;
    this.workbook.addExamples(this.kind.id, [{ text }]);
    input.value = '';
  }

  private async remove(): Promise<void> {
    const { id, name, examples } = this.kind;
    const question = {
      title: `Remove “${name || 'this kind'}”?`,
      text: `Its ${examples.length} ${examples.length === 1 ? 'example goes' : 'examples go'} with it.`,
      yes: 'Remove it',
    };
    if (examples.length > 0 && !(await confirmed(question))) return;
    this.workbook.removeKind(id);
    byId('add-kind', HTMLElement).focus();
  }

  private showExample(example: Example): void {
    const item = this.items.get(example.id) ?? this.addItem(example);
    const button = within(item, 'button', HTMLButtonElement);
    const place = this.kind.examples.findIndex(({ id }) => id === example.id) + 1;
    const words = example.text ? `: ${example.text}` : '';
    button.setAttribute('aria-label', `Example ${place}${words}`);
    item.classList.toggle('both', example.hasPicture && example.text !== '');
    if (!example.hasPicture) button.textContent = example.text;
  }

  private addItem(example: Example): HTMLElement {
    const button = element('button', { type: 'button' });
    const kind = example.hasPicture ? 'thumb' : 'words';
    const item = element('div', { role: 'listitem', class: kind }, button);
    if (example.hasPicture) {
      const address = URL.createObjectURL(this.workbook.pictures.get(example.id) ?? new Blob());
      this.addresses.set(example.id, address);
      button.classList.add('thumb');
      button.append(element('img', { src: address, alt: '' }));
    }
    button.addEventListener('click', () => void this.openExample(example.id));
    this.items.set(example.id, item);
    this.list.append(item);
    return item;
  }

  private drop(id: string): void {
    this.items.get(id)?.remove();
    this.items.delete(id);
    URL.revokeObjectURL(this.addresses.get(id) ?? '');
    this.addresses.delete(id);
  }

  private async openExample(id: string): Promise<void> {
    const example = this.kind.examples.find((one) => one.id === id);
    if (!example) return;
    const picture = byId('example-picture', HTMLImageElement);
    picture.hidden = !example.hasPicture;
    picture.src = this.addresses.get(id) ?? '';
    picture.alt = `An example of ${this.kind.name}`;
    const text = byId('example-text', HTMLInputElement);
    text.value = example.text;
    const answer = await opened(byId('example-dialog', HTMLDialogElement));
    const words = text.value.trim();
    const isGone = answer === 'remove' || (!example.hasPicture && words === '');
    if (isGone) this.removeExample(id);
    else if (answer === 'keep' && words !== example.text) this.workbook.changeText(this.kind.id, id, words);
  }

  /** Whoever uses the keyboard goes on at the next example. */
  private removeExample(id: string): void {
    const item = this.items.get(id);
    const neighbour = item?.nextElementSibling ?? item?.previousElementSibling;
    this.workbook.removeExample(this.kind.id, id);
    const next = neighbour?.querySelector('button') ?? within(this.root, '.pictures', HTMLElement);
    next.focus();
  }
}
