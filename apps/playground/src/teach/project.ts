/** One thing that a person gave as an example: a picture, a line of text, or both. */
export interface Example {
  readonly id: string;
  readonly hasPicture: boolean;
  /** Empty where there is none. */
  readonly text: string;
}

/** What the model is to tell from the others. */
export interface Kind {
  readonly id: string;
  readonly name: string;
  readonly examples: readonly Example[];
}

/** What a person teaches. */
export interface Project {
  readonly kinds: readonly Kind[];
  /** Whether a fifth of the examples is not learned from, to see how good the model is. */
  readonly keepsAside: boolean;
}

export const emptyProject: Project = { kinds: [], keepsAside: false };

export const examplesOf = ({ kinds }: Project): Example[] => kinds.flatMap(({ examples }) => examples);

/** What of an example the model reads. */
export interface Reads {
  readonly pictures: boolean;
  readonly texts: boolean;
}

export function readsOf(project: Project): Reads {
  const examples = examplesOf(project);
  return { pictures: examples.some(({ hasPicture }) => hasPicture), texts: examples.some(({ text }) => text !== '') };
}

/** Fewer examples of a kind than this teach nothing. */
const FEWEST_EXAMPLES = 3;

/** What is still to do before the model can be trained, in a sentence; null where nothing is. */
export function missing({ kinds }: Project): string | null {
  const names = kinds.map(({ name }) => name.trim());
  if (kinds.length < 2) return 'Give at least two kinds of things to tell apart.';
  if (names.includes('')) return 'Give every kind a name.';
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return `Two kinds are called “${twice}”. Give them different names.`;
  const short = kinds.find(({ examples }) => examples.length < FEWEST_EXAMPLES);
  if (!short) return null;
  const lacking = FEWEST_EXAMPLES - short.examples.length;
  return `“${short.name}” needs ${lacking} more ${lacking === 1 ? 'example' : 'examples'}.`;
}

/** The same text for the same examples under the same names: whether a model or a checkpoint was made of them. */
export const fingerprint = ({ kinds, keepsAside }: Project): string =>
  JSON.stringify([keepsAside, kinds.map(({ name, examples }) => [name, examples.map(({ id, text }) => [id, text])])]);
