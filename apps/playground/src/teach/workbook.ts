import type { Engine } from '../engine.js';
import { emptyProject, type Example, type Kind, type Project } from './project.js';

/** A picture, a line of text, or both. */
export interface NewExample {
  readonly picture?: Blob;
  readonly text?: string;
}

/** What a person teaches, kept after every change. */
export class Workbook {
  project: Project = emptyProject;
  /** By the ids of their examples. */
  readonly pictures = new Map<string, Blob>();

  constructor(
    private readonly engine: Engine,
    private readonly onChange: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Gives whether what is kept stays when the page is closed. */
  async open(): Promise<boolean> {
    const { project, pictures, lasts } = await this.engine.run('openProject', {});
    this.project = project;
    for (const [id, picture] of pictures) this.pictures.set(id, picture);
    return lasts;
  }

  addKind(name: string): Kind {
    const kind = { id: crypto.randomUUID(), name, examples: [] };
    this.change({ kinds: [...this.project.kinds, kind] });
    return kind;
  }

  renameKind(id: string, name: string): void {
    this.changeKind(id, (kind) => ({ ...kind, name }));
  }

  removeKind(id: string): void {
    this.change({ kinds: this.project.kinds.filter((kind) => kind.id !== id) });
  }

  addExamples(kind: string, examples: readonly NewExample[]): void {
    const added = examples.map(({ picture, text = '' }) => {
      const example: Example = { id: crypto.randomUUID(), hasPicture: picture !== undefined, text };
      if (picture) this.pictures.set(example.id, picture);
      return example;
    });
    const pictures = new Map(added.flatMap(({ id }) => entryOf(id, this.pictures.get(id))));
    this.changeKind(kind, (before) => ({ ...before, examples: [...before.examples, ...added] }), pictures);
  }

  changeText(kind: string, example: string, text: string): void {
    this.changeKind(kind, (before) => ({
      ...before,
      examples: before.examples.map((one) => (one.id === example ? { ...one, text } : one)),
    }));
  }

  removeExample(kind: string, example: string): void {
    this.pictures.delete(example);
    this.changeKind(kind, (before) => ({
      ...before,
      examples: before.examples.filter(({ id }) => id !== example),
    }));
  }

  keepAside(keepsAside: boolean): void {
    this.change({ keepsAside });
  }

  /** Forgets all of it. */
  clear(): void {
    this.pictures.clear();
    this.change(emptyProject);
  }

  private changeKind(id: string, how: (kind: Kind) => Kind, pictures?: ReadonlyMap<string, Blob>): void {
    this.change({ kinds: this.project.kinds.map((kind) => (kind.id === id ? how(kind) : kind)) }, pictures);
  }

  private change(changed: Partial<Project>, pictures: ReadonlyMap<string, Blob> = new Map()): void {
    this.project = { ...this.project, ...changed };
    this.engine.run('saveProject', { project: this.project, pictures }).catch(this.onFailure);
    this.onChange();
  }
}

const entryOf = (id: string, picture: Blob | undefined): [string, Blob][] => (picture ? [[id, picture]] : []);
