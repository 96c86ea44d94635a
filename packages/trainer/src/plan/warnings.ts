import type { ResolvedManifest, Warning } from '@sensorium/contracts';
import type { ReadManifest } from '@sensorium/orchestrator';
import { namesOf } from '../data/cell.js';
import type { DataColumn } from '../data/data-column.js';
import type { WholeModel } from './model-graph.js';
import { tunedParts } from './tuning.js';

/** Fewer rows are learned by heart. */
const FEW_TRAINED = 100;
/** Of fewer rows, scores are a matter of chance: one of 30 is three percent. */
const FEW_HELD = 30;

/** Parts whose own files are pretrained and that are trained whole because nobody said otherwise. */
export function tuningWarnings(manifest: ResolvedManifest, { scope }: WholeModel, read: ReadManifest): Warning[] {
  return tunedParts(manifest, scope.parameters).flatMap(({ key, trainable, parameters: own }) => {
    const pretrained = [...own.values()].filter((parameter) => parameter.pretrained);
    if (trainable.mode !== 'full' || pretrained.length === 0 || saysHow(key, read)) return [];
    const count = pretrained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return [
      {
        code: 'pretrained-trained-whole',
        key,
        message: `${key} is pretrained, and all of its ${numberOf(count)} weights would be trained, at the full learning rate: slow, and on few rows it forgets what it knew`,
        hint: 'Write trainable: probe to train only what stands on it, or lora for adapters beside it; with trainable: full this is your choice and not told again.',
      },
    ];
  });
}

/** Whether somebody wrote how the part is trained. */
function saysHow(key: string, { manifest }: ReadManifest): boolean {
  const [section, name = ''] = key.split('.');
  const fusion = manifest.fusions?.[name] ?? manifest.fusion;
  const part = section === 'inputs' ? manifest.inputs[name] : section === 'heads' ? manifest.heads[name] : fusion;
  return part?.trainable !== undefined;
}

/** Inputs that read what a head learns. */
export function leakWarnings(columns: readonly DataColumn[]): Warning[] {
  const inputs = columns.filter(({ isTarget }) => !isTarget);
  return columns
    .filter(({ isTarget }) => isTarget)
    .flatMap((head) => {
      const names = namesOf(head);
      const same = inputs.find((input) => namesOf(input).some((name) => names.includes(name)));
      if (!same) return [];
      return [
        {
          code: 'answer-among-inputs',
          key: head.key,
          message: `${head.key} learns from the column ${names.join(', ')}, which ${same.key} reads, too: the model is given the answer`,
          hint: 'Name another column in one of them, unless what goes in is to come out again.',
        },
      ];
    });
}

/** @param held rows that validate; undefined where none do */
export function sizeWarnings(trained: number, held: number | undefined): Warning[] {
  const isFew = trained < FEW_TRAINED;
  if (!isFew && (held === undefined || held >= FEW_HELD)) return [];
  const validated = held === undefined ? '' : ` and ${held} held out`;
  return [
    {
      code: 'few-rows',
      message: `there are ${trained} rows to train on${validated}: ${isFew ? 'so few are learned by heart' : 'a score of so few is a matter of chance'}`,
      hint: isFew
        ? 'Add rows, vary pictures with augment, or take a pretrained encoder with trainable: probe.'
        : 'Add rows, or hold out more with training.validation.',
    },
  ];
}

const numberOf = (count: number): string => count.toLocaleString('en');
