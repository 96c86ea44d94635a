import { SensoriumError } from '@sensorium/contracts';
import { confirmed } from '../dialogs.js';
import { byId } from '../dom.js';
import type { Engine } from '../engine.js';
import { acceptDrops, chooseFiles, type GivenFile } from '../pictures/choose.js';
import { readFiles } from '../pictures/read.js';
import { showProblem } from '../problem.js';
import type { Settings } from '../settings.js';
import type { Taught } from '../worker/teach.js';
import { save } from './download.js';
import { KindCard } from './kind-card.js';
import { examplesOf, type Kind } from './project.js';
import { TrainCard } from './train-card.js';
import { TryCard } from './try-card.js';
import { Workbook } from './workbook.js';

/** Of each kind, where there are no pictures at hand. */
const DRAWN_EXAMPLES = 20;
const FEWEST_KINDS = 2;

/** The room where a person teaches a model of their own. */
export class TeachRoom {
  private readonly workbook: Workbook;
  private readonly trainCard: TrainCard;
  private readonly tryCard: TryCard;
  private readonly cards = new Map<string, KindCard>();
  private readonly problem = byId('teach-problem', HTMLElement);

  constructor(
    private readonly engine: Engine,
    settings: Settings,
  ) {
    const onFailure = (error: unknown): void => showProblem(this.problem, error);
    this.workbook = new Workbook(engine, () => this.show(), onFailure);
    this.tryCard = new TryCard(engine, settings);
    this.trainCard = new TrainCard(engine, settings, this.workbook, {
      onTaught: (taught) => this.showTaught(taught),
      onFailure,
    });
    this.on('add-kind', async () => this.cards.get(this.workbook.addKind('').id)?.focusName());
    this.on('teach-folder', async () => this.giveFolder(await chooseFiles('folder')));
    this.on('teach-sample', () => this.useDrawn());
    this.on('take-model', async () => save(await engine.run('modelFile', { file: 'model' }), 'model.onnx'));
    this.on('take-folder', async () =>
      save(await engine.run('folder', { project: this.workbook.project }), 'sensorium-model.zip'),
    );
    this.on('take-report', () => this.openReport());
    this.on('start-over', () => this.startOver());
    acceptDrops(byId('try', HTMLElement), (files) => void this.tryCard.give(files));
    acceptDrops(byId('room-teach', HTMLElement), (files) => this.attempt(() => this.giveFolder(files)));
  }

  /** Shows what was taught before. */
  async begin(): Promise<this> {
    try {
      const lasts = await this.workbook.open();
      if (!lasts) showProblem(this.problem, nothingLasts());
      if (this.workbook.project.kinds.length === 0) this.addEmptyKinds();
      else this.show();
    } catch (error) {
      showProblem(this.problem, error);
    }
    byId('teach', HTMLElement).inert = false;
    return this;
  }

  /** What is pasted is tried. */
  give(files: readonly GivenFile[]): Promise<void> {
    return this.tryCard.give(files);
  }

  private on(id: string, action: () => Promise<unknown>): void {
    byId(id, HTMLElement).addEventListener('click', () => this.attempt(action));
  }

  private attempt(action: () => Promise<unknown>): void {
    showProblem(this.problem, null);
    action().catch((error: unknown) => showProblem(this.problem, error));
  }

  private addEmptyKinds(): void {
    for (let kind = 0; kind < FEWEST_KINDS; kind++) this.workbook.addKind('');
  }

  private show(): void {
    const { project } = this.workbook;
    const ids = new Set(project.kinds.map(({ id }) => id));
    for (const [id, card] of this.cards) {
      if (ids.has(id)) continue;
      card.dispose();
      this.cards.delete(id);
    }
    for (const kind of project.kinds) (this.cards.get(kind.id) ?? this.addCard(kind)).show(kind);
    byId('start-over', HTMLElement).hidden = examplesOf(project).length === 0;
    byId('teach-sample', HTMLElement).hidden = examplesOf(project).length > 0;
    this.trainCard.show().catch((error: unknown) => showProblem(this.problem, error));
  }

  private addCard(kind: Kind): KindCard {
    const card = new KindCard(kind, this.workbook, {
      give: (id, files) => this.addFiles(id, files),
    });
    this.cards.set(kind.id, card);
    byId('kinds', HTMLElement).append(card.root);
    return card;
  }

  private showTaught(taught: Taught): void {
    this.tryCard.show(taught);
    byId('take', HTMLElement).hidden = taught.model === 'none';
  }

  private async addFiles(kind: string, files: readonly GivenFile[]): Promise<void> {
    const card = this.cards.get(kind);
    const { pictures, problem } = await readFiles(this.engine, files, (progress) => card?.showReading(progress));
    card?.showProblem(problem);
    if (pictures.length > 0) {
      this.workbook.addExamples(
        kind,
        pictures.map(({ picture }) => ({ picture })),
      );
    }
  }

  /** A folder of folders: each is a kind, called like it. */
  private async giveFolder(files: readonly GivenFile[]): Promise<void> {
    const loose = files.filter(({ path }) => folderOf(path) === undefined);
    if (loose.length > 0) throw dropOnKind(loose.length);
    this.removeUnused();
    // Systems list files in orders of their own.
    const sorted = files.toSorted((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
    for (const name of new Set(sorted.map(({ path }) => folderOf(path) ?? ''))) {
      const own = sorted.filter(({ path }) => folderOf(path) === name);
      const known = this.workbook.project.kinds.find((kind) => kind.name === name);
      await this.addFiles((known ?? this.workbook.addKind(name)).id, own);
    }
  }

  /** Kinds that were offered, and that nobody named or gave examples of. */
  private removeUnused(): void {
    const unused = this.workbook.project.kinds.filter(({ name, examples }) => name === '' && examples.length === 0);
    for (const { id } of unused) this.workbook.removeKind(id);
  }

  private async useDrawn(): Promise<void> {
    this.removeUnused();
    const kinds = await this.engine.run('drawExamples', { count: DRAWN_EXAMPLES });
    for (const { name, pictures } of kinds) {
      const { id } = this.workbook.addKind(name);
      this.workbook.addExamples(
        id,
        pictures.map((picture) => ({ picture })),
      );
    }
  }

  private async openReport(): Promise<void> {
    const report = await this.engine.run('modelFile', { file: 'report' });
    window.open(URL.createObjectURL(report), '_blank', 'noopener');
  }

  private async startOver(): Promise<void> {
    const question = {
      title: 'Forget everything here?',
      text: 'The examples and the model go. What you downloaded stays.',
      yes: 'Forget it',
    };
    if (!(await confirmed(question))) return;
    await this.engine.run('forgetModel', {});
    this.workbook.clear();
    this.addEmptyKinds();
  }
}

/** `cats` of `pets/cats/1.png` */
const folderOf = (path: string): string | undefined => path.split('/').at(-2);

const nothingLasts = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: 'This browser keeps no files for this page, as in some private windows.',
    hint: 'You can teach a model all the same. Download it before you close the page.',
  });

const dropOnKind = (count: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `${count === 1 ? 'This file belongs' : `These ${count} files belong`} to no kind.`,
    hint: 'Drop pictures on the kind that they are examples of, or a folder that has a folder of each kind.',
  });
