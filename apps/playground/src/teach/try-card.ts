import { showAnswer } from '../answer-view.js';
import { byId } from '../dom.js';
import type { Engine } from '../engine.js';
import { openCamera } from '../pictures/camera.js';
import { chooseFiles, type GivenFile } from '../pictures/choose.js';
import { readFiles } from '../pictures/read.js';
import { showProblem } from '../problem.js';
import type { Settings } from '../settings.js';
import type { Taught } from '../worker/teach.js';
import type { Reads } from './project.js';

/** Asks the taught model about another picture, a camera's frames, or a line of text. */
export class TryCard {
  private readonly root = byId('try', HTMLElement);
  private readonly place = byId('try-answer', HTMLElement);
  private readonly problem = byId('try-problem', HTMLElement);
  private readonly text = byId('try-text', HTMLInputElement);
  private reads: Reads = { pictures: false, texts: false };
  private picture: Blob | undefined;
  private turn = 0;

  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
  ) {
    this.on('try-file', async () => this.give(await chooseFiles('picture')));
    this.on('try-camera', () => openCamera({ onFrame: (frame, place) => this.guess(frame, place) }));
    byId('try-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.answer();
    });
  }

  /** Fits what the model reads; hidden where there is none. */
  show({ model, reads }: Taught): void {
    this.root.hidden = model === 'none' || !reads;
    if (!reads) return;
    this.reads = reads;
    for (const id of ['try-pictures', 'try-hint']) byId(id, HTMLElement).hidden = !reads.pictures;
    byId('try-form', HTMLElement).hidden = !reads.texts;
    if (model === 'fresh' && this.picture) void this.answer();
    if (this.picture === undefined) this.place.replaceChildren();
  }

  /** Takes the first picture that a person chose, dropped or pasted. */
  async give(files: readonly GivenFile[]): Promise<void> {
    const [first] = files;
    if (!first || this.root.hidden || !this.reads.pictures) return;
    const { pictures, problem } = await readFiles(this.engine, [first]);
    showProblem(this.problem, problem);
    for (const { picture, path } of pictures) this.take(picture, path);
  }

  private on(id: string, action: () => Promise<void>): void {
    byId(id, HTMLElement).addEventListener('click', () => {
      showProblem(this.problem, null);
      action().catch((error: unknown) => showProblem(this.problem, error));
    });
  }

  private take(picture: Blob, caption: string): void {
    this.picture = picture;
    const shown = byId('try-picture', HTMLImageElement);
    URL.revokeObjectURL(shown.src);
    shown.src = URL.createObjectURL(picture);
    shown.alt = caption;
    byId('try-figure', HTMLElement).hidden = false;
    void this.answer();
  }

  private async answer(): Promise<void> {
    const turn = ++this.turn;
    try {
      await this.guess(this.picture, this.place, () => turn === this.turn);
      showProblem(this.problem, null);
    } catch (error) {
      showProblem(this.problem, error);
    }
  }

  private async guess(picture: Blob | undefined, place: HTMLElement, isWanted = (): boolean => true): Promise<void> {
    const text = this.text.value.trim();
    const answer = await this.engine.run('guess', {
      backend: this.settings.choice,
      ...(this.reads.pictures && { picture: picture ?? null }),
      ...(this.reads.texts && { text: text || null }),
    });
    if (!isWanted()) return;
    this.settings.show(answer.runsOn);
    showAnswer(place, { answer });
  }
}
