import { byId, element, say } from '../dom.js';
import type { Engine } from '../engine.js';
import type { Settings } from '../settings.js';
import type { Learning } from '../worker/learn.js';
import type { Taught } from '../worker/teach.js';
import { wholeSeconds } from '../whole-seconds.js';
import { LossPlot } from './plot.js';
import { examplesOf, missing } from './project.js';
import type { Workbook } from './workbook.js';

class Stopped extends Error {}

/** How often those who only listen hear of a training, as a share of it. */
const SAID_EVERY = 0.25;

export interface TrainEvents {
  /** What there is of a model has changed. */
  onTaught(taught: Taught): void;
  onFailure(error: unknown): void;
}

/** Trains on what the workbook has, and says what there is of a model. */
export class TrainCard {
  private readonly train = byId('train', HTMLButtonElement);
  private readonly resume = byId('train-resume', HTMLButtonElement);
  private readonly stop = byId('train-stop', HTMLButtonElement);
  private readonly aside = byId('keep-aside', HTMLInputElement);
  private readonly state = byId('train-state', HTMLElement);
  private readonly running = byId('training', HTMLElement);
  private training: AbortController | undefined;
  private asked = 0;

  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
    private readonly workbook: Workbook,
    private readonly events: TrainEvents,
  ) {
    this.train.addEventListener('click', () => void this.run(false));
    this.resume.addEventListener('click', () => void this.run(true));
    this.stop.addEventListener('click', () => this.training?.abort(new Stopped()));
    this.aside.addEventListener('change', () => workbook.keepAside(this.aside.checked));
  }

  /** Looks what there is of these examples, unless a training is going on. */
  async show(): Promise<void> {
    const { project } = this.workbook;
    this.aside.checked = project.keepsAside;
    if (this.training) return;
    const turn = ++this.asked;
    const taught = await this.engine.run('taught', { project });
    if (turn !== this.asked || this.training) return;
    const lacking = missing(project);
    this.train.disabled = lacking !== null;
    this.train.textContent = taught.model === 'fresh' || taught.unfinished ? 'Train anew' : 'Train';
    this.train.classList.toggle('primary', !taught.unfinished && taught.model !== 'fresh');
    this.resume.hidden = !taught.unfinished;
    this.resume.classList.toggle('primary', taught.unfinished);
    this.state.textContent = lacking ?? this.sentence(taught);
    this.events.onTaught(taught);
  }

  private sentence({ model, unfinished, seconds, aside }: Taught): string {
    const { length } = examplesOf(this.workbook.project);
    if (unfinished) return 'A training of these examples was stopped before it was done.';
    if (model === 'older') return 'The examples have changed since the model was trained.';
    if (model === 'none') return `${length} examples of ${this.workbook.project.kinds.length} kinds are ready.`;
    const took = seconds === undefined ? '' : ` in ${wholeSeconds(seconds)}`;
    const judged = aside ? ` It is right about ${aside.right} of the ${aside.of} that were kept aside.` : '';
    return `Trained on these ${length} examples${took}.${judged}`;
  }

  private async run(resume: boolean): Promise<void> {
    const training = new AbortController();
    this.training = training;
    this.begin();
    try {
      const { project } = this.workbook;
      const onProgress = reporter();
      await this.engine.run(
        'learn',
        { project, backend: this.settings.choice, resume },
        { signal: training.signal, onProgress },
      );
      say('The model is trained.');
      byId('train-figures', HTMLElement).firstElementChild?.replaceWith(element('span', {}, 'done'));
    } catch (error) {
      if (!(error instanceof Stopped)) this.events.onFailure(error);
    } finally {
      this.training = undefined;
      this.end();
      await this.settings.start();
      await this.show();
    }
  }

  private begin(): void {
    this.state.textContent = 'Preparing …';
    this.train.hidden = true;
    this.resume.hidden = true;
    this.stop.hidden = false;
    this.stop.focus();
    this.running.hidden = false;
    this.aside.disabled = true;
  }

  private end(): void {
    const hadFocus = document.activeElement === this.stop;
    this.train.hidden = false;
    this.stop.hidden = true;
    this.aside.disabled = false;
    if (hadFocus) this.train.focus();
  }
}

/** Shows reports of a training as they come. */
function reporter(): (learning: Learning) => void {
  const progress = byId('train-progress', HTMLProgressElement);
  const state = byId('train-state', HTMLElement);
  let doing = 'Training …';
  let plot = emptyPlot();
  let said = 0;
  return (learning) => {
    if ('note' in learning) {
      doing = learning.note;
      plot = emptyPlot();
      state.textContent = doing;
      say(doing);
      return;
    }
    const { share, secondsLeft, epoch, epochs, loss } = learning;
    state.textContent = doing;
    progress.value = share;
    if (loss !== undefined) plot.add({ share, loss });
    const left = secondsLeft === undefined ? 'measuring …' : `${wholeSeconds(secondsLeft)} left`;
    showFigures([left, `round ${epoch} of ${epochs}`, `loss ${loss?.toFixed(2)}`]);
    if (share < said + SAID_EVERY) return;
    said = share;
    say(`${Math.round(100 * share)} percent trained, ${left}`);
  };
}

function emptyPlot(): LossPlot {
  byId('train-progress', HTMLProgressElement).value = 0;
  showFigures([]);
  return new LossPlot(byId('train-plot', SVGSVGElement));
}

const showFigures = (texts: readonly string[]): void =>
  byId('train-figures', HTMLElement).replaceChildren(...texts.map((text) => element('span', {}, text)));
