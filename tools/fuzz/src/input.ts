/** What is fuzzed, in the order in which it is reported. */
export const formatNames = [
  'pictures',
  'tables',
  'manifests',
  'onnx',
  'safetensors',
  'checkpoints',
  'forgeries',
] as const;

export type FormatName = (typeof formatNames)[number];

/** A file to be read, and how it came to be. */
export interface Input {
  /** Its name; the ending may say how it is to be read. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** For people: `png of 16 bits; bits flipped, cut`. */
  readonly made: string;
}

/** What came of an input. */
export type Verdict = Outcome & {
  /** Of the processor, and growth of the process at its largest. */
  readonly seconds: number;
  readonly mebibytes: number;
};

export type Outcome =
  /** Everything that was given makes sense. */
  | { readonly kind: 'answer' }
  /** A clear one. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'fault'; readonly what: string };

/** What an input may cost. */
export interface Limits {
  /** Of the processor. */
  readonly seconds: number;
  /** By which the process may grow. */
  readonly mebibytes: number;
  /** In which a process that does nothing is given up. */
  readonly idleSeconds: number;
}

export const limits: Limits = { seconds: 10, mebibytes: 512, idleSeconds: 60 };
