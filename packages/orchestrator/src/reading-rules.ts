import { SensoriumError, type ErrorCode } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { checkAccess, type Access } from '@sensorium/media';
import type { Parts } from './model/parts.js';

/**
 * What the addresses in samples may name. `all`: every file and address that the program itself can read. `none`: no file and
 * no address, so that samples bring their bytes along. Bytes, Blobs, data URLs, decoded values and files given as `base` may
 * always be read.
 */
export type SampleAccess = 'all' | 'none' | Access;

/** How much one sample may take. Each must be above 0; Infinity: any. */
export interface SampleLimits {
  /** Bytes of one value before it is decoded. Default 100,000,000. */
  readonly bytes?: number;
  /** For reading and decoding a sample, without the time in which it waits for its turn. Default 60. */
  readonly seconds?: number;
  /** How many samples are read and decoded at once; others wait. Default 16. */
  readonly atOnce?: number;
  /** What the modalities of the inputs know, such as the `pixels` of a picture. */
  readonly [name: string]: number | undefined;
}

export interface ReadingOptions {
  /** What addresses in samples may name. A server that answers others says `none`, or which folders and hosts. Default `all`. */
  readonly access?: SampleAccess;
  /** How much one sample may take. */
  readonly limits?: SampleLimits;
}

export interface ReadingRules {
  /** Undefined: everything may be read. */
  readonly access: Access | undefined;
  readonly seconds: number;
  readonly atOnce: number;
  /** Of one value, by name. */
  readonly limits: Readonly<Record<string, number>>;
}

const defaults = { bytes: 100e6, seconds: 60, atOnce: 16 };

/** Throws SENSORIUM_UNKNOWN_KEY and SENSORIUM_USAGE: what protects must not be misspelt. */
export function readingRules({ access = 'all', limits = {} }: ReadingOptions, { inputs }: Parts): ReadingRules {
  const named = Object.values(inputs).flatMap(({ modality }) => modality.limits ?? []);
  refuseUnknown('limits', limits, [...Object.keys(defaults), ...named]);
  const given = Object.entries(limits).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  given.forEach(([name, value]) => checkLimit(name, value));
  const { seconds, atOnce, ...ofValues } = { ...defaults, ...Object.fromEntries(given) };
  return { access: accessOf(access), seconds, atOnce, limits: ofValues };
}

function accessOf(access: SampleAccess): Access | undefined {
  if (access === 'all') return undefined;
  if (access === 'none') return {};
  if (typeof access !== 'object' || access === null) {
    const hint = 'It is "all", "none", or { folders, hosts }.';
    throw wrong('SENSORIUM_USAGE', 'access', `"${String(access)}" is no access`, hint);
  }
  refuseUnknown('access', access, ['folders', 'hosts']);
  checkAccess(access);
  return access;
}

function refuseUnknown(option: string, given: object, known: readonly string[]): void {
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  const message = `the option "${option}" has no "${stranger}" here.${didYouMean(stranger, known)}`;
  throw wrong('SENSORIUM_UNKNOWN_KEY', `${option}.${stranger}`, message, `It has ${[...new Set(known)].join(', ')}.`);
}

function checkLimit(name: string, value: number): void {
  const least = name === 'atOnce' ? 1 : 0;
  if (typeof value === 'number' && value > 0 && value >= least) return;
  throw wrong('SENSORIUM_USAGE', `limits.${name}`, `the limit "${name}" is ${value}`, 'Give a number above 0.');
}

const wrong = (code: ErrorCode, key: string, message: string, hint: string): SensoriumError =>
  new SensoriumError({ code, message, hint, location: { key } });
