import { SensoriumError } from '@sensorium/contracts';

/**
 * What is compared: by keys of a manifest, such as `training.learningRate`, the values that they take in turn. Of several keys,
 * every value is tried with every value of the others.
 */
export type Over = Readonly<Record<string, readonly unknown[]>>;

/** One way to train a manifest. */
export interface Variant {
  /** For people: `concat`, `attention layers 1`, `learningRate 0.001`, `image alone` */
  readonly label: string;
  /** Overrides of the manifest, each `a.b=value`. */
  readonly set: readonly string[];
  /** The input that is trained on alone; null: on all of them. */
  readonly alone: string | null;
  /** Its own name in a folder. */
  readonly folder: string;
}

/** Each input alone, where there are several, and then all that `over` asks for. Throws SENSORIUM_USAGE. */
export function variantsOf(over: Over, inputs: readonly string[]): Variant[] {
  const axes = Object.entries(over);
  if (axes.length === 0) throw nothingToCompare();
  const alone = inputs.length > 1 ? inputs.map((name) => ({ label: `${name} alone`, set: [], alone: name })) : [];
  const together = axes
    .map(([key, values]) => choicesOf(key, values))
    .reduce((all, choices) => all.flatMap((one) => choices.map((choice) => [...one, choice])), [[]] as Choice[][])
    .map((choices) => ({
      label: choices.map(({ label }) => label).join(', '),
      set: choices.map(({ set }) => set),
      alone: null,
    }));
  const taken = new Set<string>();
  return [...alone, ...together].map((variant) => ({ ...variant, folder: freeName(variant.label, taken) }));
}

/** One value of one key. */
interface Choice {
  readonly label: string;
  readonly set: string;
}

function choicesOf(key: string, values: readonly unknown[]): Choice[] {
  if (values.length === 0) throw nothingToCompare(key);
  const choices = values.map((value) => ({ label: labelOf(key, value), set: overrideOf(key, value) }));
  const twice = choices.find(({ set }, index) => choices.some((other, before) => before < index && other.set === set));
  if (!twice) return choices;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `"${key}" is to be ${textOf(values[choices.indexOf(twice)])} twice`,
    hint: 'Name each value once.',
  });
}

const isFusion = (key: string): boolean => /^fusion$|^fusions\.[^.]+$/.test(key);

/** A fusion that is named alone reads what the one in its place read. JSON is YAML, which overrides are. */
const overrideOf = (key: string, value: unknown): string =>
  `${key}=${JSON.stringify(isFusion(key) && typeof value === 'string' ? { use: value } : value)}`;

/** A fusion speaks for itself, a number does not. */
const labelOf = (key: string, value: unknown): string =>
  isFusion(key) ? textOf(value) : `${key.slice(key.lastIndexOf('.') + 1)} ${textOf(value)}`;

/** `{ use: attention, layers: 1 }` → `attention layers 1` */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('use' in value)) return JSON.stringify(value);
  const { use, ...options } = value;
  return [textOf(use), ...Object.entries(options).map(([key, option]) => `${key} ${textOf(option)}`)].join(' ');
}

/** Characters of a folder's name. */
const LONGEST_NAME = 80;

/** `attention layers 1` → `attention-layers-1`; the second of that name is `attention-layers-1_2`. */
function freeName(label: string, taken: Set<string>): string {
  const name = label
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, LONGEST_NAME);
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  taken.add(free);
  return free;
}

const nothingToCompare = (key?: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: key === undefined ? 'there is nothing to compare' : `there are no values of "${key}" to compare`,
    hint: 'Name values of one key at least: fusions (--fusions concat,attention), or others (--over training.learningRate=1e-3,3e-3).',
  });
