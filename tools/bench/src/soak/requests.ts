import type { ErrorCode, Random } from '@sensorium/contracts';
import { required } from '@sensorium/contracts';
import type { RunSampleOptions } from '@sensorium/orchestrator';
import type { Media } from './media.js';
import type { modelNames } from './models.js';

type Sample = Readonly<Record<string, string | number | object | null>>;

export interface Request {
  readonly model: (typeof modelNames)[number];
  readonly sample: Sample;
  readonly options?: RunSampleOptions;
}

/** What is asked, and what must come of it. */
export interface Kind {
  readonly name: string;
  /** How often, compared with the others. */
  readonly weight: number;
  readonly requests: readonly Request[];
  /** The codes of which one must come; undefined for the answer that came before. */
  readonly codes?: readonly ErrorCode[];
  /** Whether each is broken off at some moment: then the signal's reason may come as well. */
  readonly isAborted?: boolean;
}

const badMedia = ['SENSORIUM_BAD_MEDIA', 'SENSORIUM_MEDIA_TOO_LARGE'] as const;

const colours = (sample: Sample): Request => ({ model: 'colours', sample });
const starter = (sample: Sample): Request => ({ model: 'starter', sample });

/** What a server is asked, and what it should never be asked. @param folder from which files may be read */
export function kindsOf(folder: string, { questions, large, damaged, hostile }: Media): Kind[] {
  const { file, bytes: picture } = required(questions[0], 'a sample of the starter');
  const question = 'what is it?';
  const texts = ['', 'number 3', 'x'.repeat(20_000), '\0\u202e\ud800', 'number 7 of them '.repeat(50)];
  const good = [
    ...questions.map((one) => starter({ image: one.file, question: one.question })),
    ...questions.map((one) => starter({ image: one.bytes, question: one.question })),
    ...questions.map((one) =>
      starter({ image: new Blob([one.bytes as Uint8Array<ArrayBuffer>]), question: one.question }),
    ),
  ];
  const others = [
    ...texts.map((note) => colours({ picture: file, note })),
    colours({ picture }),
    colours({ picture, note: null }),
  ];
  return [
    { name: 'questions', weight: 30, requests: good },
    { name: 'whole answers', weight: 5, requests: good.map((request) => ({ ...request, options: { full: true } })) },
    { name: 'two answers', weight: 25, requests: others },
    { name: 'large pictures', weight: 2, requests: large.map((bytes) => colours({ picture: bytes })) },
    { name: 'broken off', weight: 10, requests: [...good, ...others], isAborted: true },
    {
      name: 'damaged pictures',
      weight: 8,
      requests: damaged.map((image) => starter({ image, question })),
      codes: badMedia,
    },
    {
      name: 'hostile pictures',
      weight: 5,
      requests: hostile.map((image) => colours({ picture: image })),
      codes: badMedia,
    },
    {
      name: 'missing files',
      weight: 5,
      requests: [starter({ image: `${folder}/nowhere.png`, question }), colours({ picture: `${folder}/colours` })],
      codes: ['SENSORIUM_NOT_FOUND', 'SENSORIUM_IO'],
    },
    {
      name: 'what may not be read',
      weight: 5,
      requests: [
        '/etc/passwd',
        `${folder}/../../etc/passwd`,
        'file:///etc/passwd',
        'http://localhost:1/x.png',
        'http://169.254.169.254/',
      ].map((image) => starter({ image, question })),
      codes: ['SENSORIUM_NO_PERMISSION'],
    },
    {
      name: 'wrong types',
      weight: 5,
      requests: [
        starter({ image: 12, question }),
        starter({ image: { width: 2, height: 2, channels: 3, data: new Uint8Array(1) }, question }),
        starter({ image: [picture], question }),
        colours({ picture, note: { a: 1 } }),
      ],
      codes: badMedia,
    },
    {
      name: 'missing and unknown inputs',
      weight: 5,
      requests: [
        starter({ question }),
        starter({ image: picture, qestion: question }),
        colours({}),
        colours({ picture, constructor: 'x' }),
      ],
      codes: ['SENSORIUM_MISSING_INPUT', 'SENSORIUM_UNKNOWN_INPUT'],
    },
  ];
}

/** One of the kinds, as often as its weight says. */
export function chooseKind(kinds: readonly Kind[], random: Random): Kind {
  let left = random.uniform() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  const found = kinds.find(({ weight }) => (left -= weight) < 0);
  return required(found ?? kinds.at(-1), 'a kind of requests');
}
