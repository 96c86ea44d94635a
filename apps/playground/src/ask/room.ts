import { SensoriumError } from '@sensorium/contracts';
import { showAnswer } from '../answer-view.js';
import { byId, element } from '../dom.js';
import type { Engine } from '../engine.js';
import { openCamera } from '../pictures/camera.js';
import { acceptDrops, chooseFiles, type GivenFile } from '../pictures/choose.js';
import { readFiles } from '../pictures/read.js';
import { showProblem } from '../problem.js';
import type { Settings } from '../settings.js';
import { Gallery, type AskedPicture } from './gallery.js';

const FIRST_PICTURES = 5;
/** In words that the model knows. */
const questionsForOwn = [
  'how many objects are there?',
  'what colour is the object?',
  'what shape is the object?',
  'is there a red circle?',
  'is the object small or large?',
].map((question) => ({ question }));
const ONLY_DRAWINGS = 'The model has only ever seen drawings like the ones here. Of other pictures it can but guess.';

/** The room where the embedded model answers questions about pictures. */
export class AskRoom {
  private readonly question = byId('ask-question', HTMLInputElement);
  private readonly place = byId('ask-answer', HTMLElement);
  private readonly problem = byId('ask-problem', HTMLElement);
  private readonly gallery = new Gallery((picture) => this.open(picture));
  private picture: AskedPicture | undefined;
  private scenes = 0;
  private asked = 0;
  /** The answer to the last question. */
  private answered = Promise.resolve();

  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
  ) {
    byId('ask-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.answered = this.ask();
    });
    this.on('ask-another', async () => this.gallery.select(await this.drawScene()));
    this.on('ask-file', async () => this.give(await chooseFiles('picture')));
    this.on('ask-camera', () =>
      openCamera({ many: false, onPicture: (picture) => this.takeOwn(picture, 'a picture of your camera') }),
    );
    acceptDrops(byId('room-ask', HTMLElement), (files) => void this.give(files));
  }

  /** Draws a picture and asks the first question about it; then draws a few more. Does not wait for them. */
  async begin(): Promise<this> {
    this.drawFirst().catch((error: unknown) => showProblem(this.problem, error));
    return this;
  }

  private async drawFirst(): Promise<void> {
    this.gallery.select(await this.drawScene());
    await this.answered;
    while (this.scenes < FIRST_PICTURES) await this.drawScene();
  }

  /** Takes the first picture that a person chose, dropped or pasted. */
  async give(files: readonly GivenFile[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const { pictures, problem } = await readFiles(this.engine, [first]);
    showProblem(this.problem, problem);
    for (const { picture, path } of pictures) this.takeOwn(picture, path);
  }

  private on(id: string, action: () => Promise<void>): void {
    byId(id, HTMLElement).addEventListener('click', () => {
      showProblem(this.problem, null);
      action().catch((error: unknown) => showProblem(this.problem, error));
    });
  }

  private async drawScene(): Promise<AskedPicture> {
    const scene = await this.engine.run('drawScene', { seed: this.scenes++ });
    const picture = { ...scene, isOwn: false };
    this.gallery.add(picture);
    return picture;
  }

  private takeOwn(image: Blob, caption: string): void {
    const picture = { image, shown: image, caption, questions: questionsForOwn, isOwn: true };
    this.gallery.add(picture);
    this.gallery.select(picture);
  }

  private open(picture: AskedPicture): void {
    this.picture = picture;
    this.question.value = picture.questions[0]?.question ?? '';
    const chips = picture.questions.map(({ question }) => {
      const chip = element('button', { type: 'button' }, question);
      chip.addEventListener('click', () => {
        this.question.value = question;
        this.answered = this.ask();
      });
      return chip;
    });
    byId('ask-examples', HTMLElement).replaceChildren(...chips);
    this.answered = this.ask();
  }

  private markChip(question: string): void {
    for (const chip of byId('ask-examples', HTMLElement).children) {
      chip.setAttribute('aria-pressed', String(chip.textContent === question));
    }
  }

  private async ask(): Promise<void> {
    const { picture } = this;
    const question = this.question.value.trim();
    if (!picture || question === '') return;
    const turn = ++this.asked;
    this.markChip(question);
    this.place.setAttribute('aria-busy', 'true');
    try {
      const answer = await this.engine.run('ask', { image: picture.image, question, backend: this.settings.choice });
      if (turn !== this.asked) return;
      const truth = picture.questions.find((known) => known.question === question)?.answer;
      const notes = picture.isOwn ? [ONLY_DRAWINGS] : [];
      this.settings.show(answer.runsOn);
      showAnswer(this.place, { answer, truth, notes });
    } catch (error) {
      if (turn === this.asked) this.showFailure(error);
    } finally {
      if (turn === this.asked) this.place.setAttribute('aria-busy', 'false');
    }
  }

  private showFailure(error: unknown): void {
    const place = element('p', { class: 'problem', role: 'alert' });
    showProblem(place, SensoriumError.is(error) ? error : new Error(String(error)));
    this.place.replaceChildren(place);
  }
}
