import {
  required,
  type Column,
  type IO,
  type Modality,
  type ResolvedInput,
  type ResolvedManifest,
  type Source,
} from '@sensorium/contracts';
import { resamplingVersion } from '@sensorium/media';
import { decodeSource, mayBeMissing, presentName, tensorName, type Parts } from '@sensorium/orchestrator';
import type { ColumnRef } from './cell.js';

/** What is read of a table for an input, or for what a head learns from. */
export interface DataColumn extends ColumnRef {
  /** In the manifest: `inputs.image` */
  readonly key: string;
  readonly name: string;
  /** Whether a head learns from it. */
  readonly isTarget: boolean;
  readonly modality: Modality;
  /** What becomes of a decoded value. */
  readonly spec: Column;
  /** Of the plugin, about single values: of a column of many, about those in the lists. */
  readonly survey: Column['survey'];
  /** Share of the training samples that lose it. */
  readonly dropout: number;
  /** What the graph's input is called that takes one of the tensors. */
  tensorName(tensor: string): string;
  /** The graph's input that says which samples have a value; null where all must. */
  readonly presentName: string | null;
  /** All that decides the prepared tensors beside the content of the cells, as JSON. */
  readonly preparation: string;
  /** Whether that means the same in a later run: not where a plugin at hand has no version. */
  readonly isLasting: boolean;
  decode(source: Source, io: IO): Promise<unknown>;
}

export interface DataColumnsOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  /** Package → version, as installed; plugins at hand have none. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Inputs of a training program that hold what a head learns from. */
export const targetName = (head: string, tensor: string): string => `target/${head}/${tensor}`;

/** Of the heads that learn from a column, then of all inputs. */
export function dataColumns({ manifest, parts, versions }: DataColumnsOptions): DataColumn[] {
  const installed = new Map(Object.entries(versions));
  const preparation = (use: string, modality: Modality, options: unknown) => ({
    preparation: JSON.stringify([
      [modality.name, modality.version, resamplingVersion],
      [use, installed.get(use) ?? null, options],
    ]),
    isLasting: installed.has(use),
  });
  const inputs = Object.entries(parts.inputs).map(([name, part]): DataColumn => {
    const { settings, modality } = part;
    const options = [optionsOf(settings, manifest), settings.many];
    return {
      key: `inputs.${name}`,
      name,
      isTarget: false,
      column: settings.column,
      many: settings.many,
      modality,
      spec: part.column,
      survey: part.encoder.survey?.bind(part.encoder),
      dropout: settings.modalityDropout,
      tensorName: (tensor) => tensorName(name, tensor, part),
      presentName: mayBeMissing(part) ? presentName(name) : null,
      ...preparation(settings.encoder, modality, options),
      decode: (source, io) => decodeSource(part, source, io),
    };
  });
  const heads = Object.entries(parts.heads).flatMap(([name, { head, modality, settings }]): DataColumn[] => {
    if (!modality) return [];
    const spec = required(head.target, `the target of heads.${name}`);
    return [
      {
        key: `heads.${name}`,
        name,
        isTarget: true,
        column: required(settings.column, `the column of heads.${name}`),
        many: null,
        modality,
        spec,
        survey: spec.survey?.bind(spec),
        dropout: 0,
        tensorName: (tensor) => targetName(name, tensor),
        presentName: null,
        ...preparation(settings.use, modality, settings.options),
        decode: (source, io) => modality.decode(source, io, spec.needs),
      },
    ];
  });
  return [...heads, ...inputs];
}

/** A tied input is prepared as the one whose encoder it has. */
const optionsOf = ({ tied, options }: ResolvedInput, { inputs }: ResolvedManifest): unknown =>
  tied === null ? options : required(inputs[tied], `the input "${tied}"`).options;
