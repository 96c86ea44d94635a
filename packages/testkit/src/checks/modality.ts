import { isDeepStrictEqual } from 'node:util';
import { SensoriumError, type IO, type Modality, type PluginFiles, type Source } from '@sensorium/contracts';
import { describeError, type Check } from '../problem.js';
import { findWrongNoise } from './disturbing.js';
import { findWrongShown } from './shown.js';

/** A modality, and what it decodes. */
export interface ModalitySubject {
  readonly modality: Modality;
  /** What it decodes: new copies every time. */
  readonly sources: () => readonly Source[];
  /** What it must refuse: new copies every time. */
  readonly bad: () => readonly Source[];
  /** What reading gives, by address. */
  readonly files: PluginFiles;
}

export const modalityChecks: readonly Check<ModalitySubject>[] = [
  { name: 'is a modality', find: findMalformed },
  { name: 'decodes the same source the same way, and does not change it', find: findUnstableDecoding },
  { name: 'takes a decoded value as its own source', find: findNoSource },
  { name: 'refuses what it cannot decode, with a code of SENSORIUM', find: findWrongRefusals },
  { name: 'does not hang, and gives codes, whatever it is given', find: findSurprises },
  { name: 'stops reading when it is told to', find: findDeafness },
  { name: 'shows every value', find: findWrongShows },
  { name: 'writes files that it can decode', find: findWrongFiles },
  { name: 'disturbs values as level and stream say', find: findWrongDisturbances },
];

function findMalformed({ modality, sources }: ModalitySubject): string[] {
  const { name, from, exclusive, version } = modality;
  const rules: [boolean, string][] = [
    [/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name), `the name "${name}" is not like "depth-map"`],
    [['cell', 'file'].includes(from), `from is ${JSON.stringify(from)}, not "cell" or "file"`],
    [typeof exclusive === 'boolean', `exclusive is ${JSON.stringify(exclusive)}, not true or false`],
    [typeof version === 'string' && version !== '', `version is ${JSON.stringify(version)}, not a text`],
    [sources().length > 0, 'the suite needs at least one source to try the modality with'],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

/** Reads the files of the trial, and nothing else. */
const ioOf = ({ files }: ModalitySubject, change = (bytes: Uint8Array) => bytes): IO => ({
  name: 'a source of the suite',
  async read(address) {
    const bytes = files.get(String(address));
    if (bytes) return change(bytes.slice());
    throw new SensoriumError({ code: 'SENSORIUM_NOT_FOUND', message: `there is no "${String(address)}"` });
  },
});

async function aboutEach(
  sources: readonly Source[],
  find: (source: Source) => Promise<readonly string[]>,
): Promise<string[]> {
  const found = await Promise.all(
    sources.map(async (source) => (await find(source)).map((problem) => `${describeSource(source)}: ${problem}`)),
  );
  return found.flat();
}

/** The beginning of a source, for people. */
function describeSource(source: Source): string {
  const text = typeof source === 'object' ? Object.prototype.toString.call(source) : String(source);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

async function findUnstableDecoding(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  return aboutEach(sources(), async (source) => {
    const before = structuredClone(source);
    const [first, second] = [
      await modality.decode(source, ioOf(subject)),
      await modality.decode(source, ioOf(subject)),
    ];
    return [
      ...(isDeepStrictEqual(first, second) ? [] : ['it is decoded differently the second time']),
      ...(isDeepStrictEqual(source, before) ? [] : ['decode changes it']),
      ...(first === null || first === undefined ? [`it is decoded to ${String(first)}, which is a missing value`] : []),
    ];
  });
}

async function findNoSource(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  return aboutEach(sources(), async (source) => {
    const value = (await modality.decode(source, ioOf(subject))) as Source;
    const again = await modality.decode(value, ioOf(subject));
    return isDeepStrictEqual(again, value) ? [] : ['what it is decoded to is decoded to something else'];
  });
}

async function findWrongRefusals(subject: ModalitySubject): Promise<string[]> {
  const { modality, bad } = subject;
  return aboutEach(bad(), async (source) => {
    const { error } = await outcomeOf(modality.decode(source, ioOf(subject)));
    return error === undefined ? ['it is decoded'] : wrongError(error);
  });
}

const wrongError = (error: unknown): string[] =>
  SensoriumError.is(error) && error.code !== 'SENSORIUM_UNEXPECTED'
    ? []
    : [`expected a SensoriumError that says what is wrong, got ${describeError(error)}`];

/** Milliseconds within which everything small is decoded or refused. */
const PATIENCE = 5000;

type Outcome = { readonly value: unknown; readonly error?: undefined } | { readonly error: unknown };

async function outcomeOf(decoding: Promise<unknown>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return { value: await Promise.race([decoding, late]) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

/** No modality needs to take any of these, and none may be surprised. */
const strangers: readonly Source[] = [
  '',
  ' ',
  'there is no such file',
  'data:,',
  '☃'.repeat(1000),
  '{',
  '[[[[',
  0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  [],
  [[]],
  {},
  { toString: null },
  new Uint8Array(),
  new Uint8Array(1000).fill(255),
  new Date(Number.NaN),
];

/** Ways in which a file is damaged. */
const damages: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
  () => new Uint8Array(),
  (bytes) => bytes.slice(0, bytes.length / 2),
  (bytes) => bytes.slice(0, -1),
  (bytes) => bytes.slice(bytes.length / 2),
  (bytes) => bytes.map((byte, index) => (index % 7 === 6 ? byte ^ 0x55 : byte)),
  (bytes) => bytes.map(() => 0),
];

async function findSurprises(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  const surprise = async (source: Source, io: IO): Promise<string[]> => {
    // Not every modality is a promise from its first line on.
    const { error } = await outcomeOf(Promise.resolve().then(() => modality.decode(source, io)));
    return error === undefined ? [] : wrongError(error);
  };
  const found = await aboutEach(strangers, (source) => surprise(source, ioOf(subject)));
  for (const damage of damages) {
    found.push(
      ...(await aboutEach(sources(), (source) =>
        surprise(source instanceof Uint8Array ? damage(source) : source, ioOf(subject, damage)),
      )),
    );
  }
  return [...new Set(found)];
}

/** Whatever has to be read never comes; what is not read may be decoded all the same. */
async function findDeafness(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  return aboutEach(sources(), async (source) => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('stop');
    let isReading = false;
    const read = (): Promise<never> =>
      new Promise((_, reject) => {
        isReading = true;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const decoding = outcomeOf(modality.decode(source, { read, signal }));
    setTimeout(() => controller.abort(reason), 20);
    const { error } = await decoding;
    if (error === undefined || error === reason || (!isReading && wrongError(error).length === 0)) return [];
    return [`stopped while it reads, it gives ${describeError(error)} and not the reason`];
  });
}

async function findWrongShows(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  return aboutEach(sources(), async (source) =>
    findWrongShown(await modality.show(await modality.decode(source, ioOf(subject)))),
  );
}

/** What a file cannot hold, such as a finer scale, is lost once and not again. */
async function findWrongFiles(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  return aboutEach(sources(), async (source) => {
    const value = await modality.decode(source, ioOf(subject));
    if (!modality.write) return [];
    const file = await modality.write(value);
    const again = await modality.write(await modality.decode(file.bytes, ioOf(subject)));
    return [
      ...(/^[a-z]+\/[a-z0-9.+-]+$/.test(file.type) ? [] : [`"${file.type}" is no media type such as image/png`]),
      ...(isDeepStrictEqual(again, file) ? [] : ['written, decoded and written again, it is another file']),
    ];
  });
}

async function findWrongDisturbances(subject: ModalitySubject): Promise<string[]> {
  const { modality, sources } = subject;
  if (!modality.disturb) return [];
  return aboutEach(sources(), async (source) =>
    findWrongNoise(modality, await modality.decode(source, ioOf(subject)), ioOf(subject)),
  );
}
