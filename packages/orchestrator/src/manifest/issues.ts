import type { ErrorLocation } from '@sensorium/contracts';
import type { z } from 'zod';
import { own } from '../own.js';
import { formatPath, type Path } from './located.js';
import { didYouMean, nearest } from '@sensorium/data';
import type { Problem } from './problems.js';
import { describeSchema, isSchema, knownKeys, schemaAt, toJsonSchema, type JsonSchema } from './schema-words.js';

type Issue = z.core.$ZodIssue;

/** A schema and what it refused, as people know them. */
export interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** Where the value stands in the manifest; empty for all of it. */
  readonly path: Path;
  /** What a key is called: `key`, or `option` of a plugin. */
  readonly noun: 'key' | 'option';
  /** Whose keys they are; by default the path. */
  readonly owner?: string;
  /** Keys that may stand beside those of the schema. */
  readonly otherKeys?: readonly string[];
  readonly locate: (path: Path, what: 'key' | 'value') => ErrorLocation;
}

/** The issues that a schema found, in plain words. */
export function issuesToProblems(issues: readonly Issue[], checked: Checked): Problem[] {
  const schema = toJsonSchema(checked.schema);
  const all = issues.flatMap(specific);
  const mistyped = new Set(all.flatMap((issue) => probablyMeant(issue, schema)));
  const isConsequence = ({ path }: Issue): boolean =>
    mistyped.has(formatPath(path as Path)) && valueAt(checked.value, path as Path) === undefined;
  return all.filter((issue) => !isConsequence(issue)).flatMap((issue) => toProblems(issue, schema, checked));
}

/** Of a choice, the one whose type fits and which then finds fault inside; the choice itself if none fits. */
function specific(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.find((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (!inside) return [issue];
  return inside.map((nested) => ({ ...nested, path: [...issue.path, ...nested.path] })).flatMap(specific);
}

/** The keys that mistyped ones were meant to be. That they are missing goes without saying. */
function probablyMeant(issue: Issue, schema: JsonSchema): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const path = issue.path as Path;
  const known = knownKeys(schemaAt(schema, path));
  return issue.keys.flatMap((key) => nearest(key, known) ?? []).map((meant) => formatPath([...path, meant]));
}

function toProblems(issue: Issue, schema: JsonSchema, checked: Checked): Problem[] {
  // JSON and YAML have no symbols for keys.
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema, checked));
  const name = formatPath([...checked.path, ...path]) || 'the manifest';
  const at = schemaAt(schema, path);
  const value = valueAt(checked.value, path);
  const problem = {
    code: 'SENSORIUM_MANIFEST_INVALID',
    location: checked.locate([...checked.path, ...path], 'value'),
  } as const;
  if (issue.code === 'invalid_key') {
    const location = checked.locate([...checked.path, ...path], 'key');
    return [
      {
        ...problem,
        location,
        message: `${name} has no valid name: ${issue.issues[0]?.message ?? issue.message}.`,
        hint: 'Give it a name such as "image" or "left_photo".',
      },
    ];
  }
  const hint = at?.description && path.length > 0 ? `${name}: ${at.description}.` : quotesFor(value, at);
  if (issue.code === 'custom') return [{ ...problem, message: `${name} is ${show(value)}: ${issue.message}.`, hint }];
  const expected = at ? describeSchema(at) : issue.message;
  const meant = typeof value === 'string' ? didYouMean(value, namesIn(at)) : '';
  const given = value === undefined ? 'missing' : show(value);
  return [{ ...problem, message: `${name} is ${given}; expected ${expected}.${meant}`, hint }];
}

/** YAML takes `1`, `0.5` and `true` for what they look like. */
const quotesFor = (value: unknown, schema: JsonSchema | undefined): string | undefined =>
  schema?.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `Write it in quotes: "${value}".`
    : undefined;

/** What may be named where a schema stands, or one of its choices. */
const namesIn = (schema: JsonSchema | undefined): string[] =>
  [schema, ...(schema?.anyOf ?? [])].filter(isSchema).flatMap(({ enum: names = [] }) => names.map(String));

function unknownKey(key: string, path: Path, schema: JsonSchema, checked: Checked): Problem {
  const fullPath = [...checked.path, ...path];
  const name = formatPath(fullPath) || 'the manifest';
  const known = knownKeys(schemaAt(schema, path));
  const owner = (path.length === 0 && checked.owner) || name;
  const others = path.length === 0 ? (checked.otherKeys ?? []) : [];
  return {
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: `${name} has no ${checked.noun} "${key}".${didYouMean(key, [...known, ...others])}`,
    hint:
      known.length > 0
        ? `${checked.noun === 'key' ? 'Keys' : 'Options'} of ${owner}: ${known.join(', ')}.`
        : `${owner} has no ${checked.noun}s.`,
    location: checked.locate([...fullPath, key], 'key'),
  };
}

function valueAt(value: unknown, path: Path): unknown {
  const below = (parent: unknown, step: string | number): unknown =>
    typeof parent === 'object' && parent !== null ? own(parent as Record<string, unknown>, step) : undefined;
  return path.reduce(below, value);
}

/** A value of JSON or YAML; of an object from code it may be anything. */
function show(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length > 0 ? 'a list' : 'an empty list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}
