import { required, SensoriumError, type Scope, type Symbols, type SymbolicTensor } from '@sensorium/contracts';
import { add, cast, concat, greater, knownSize, maximum, mul, reshape, slice, sub, where } from '@sensorium/graph';
import {
  fedSpecs,
  mapRecord,
  mayBeMissing,
  presentName,
  tensorName,
  type InputPart,
  type ModelGraph,
  type Parts,
} from '@sensorium/orchestrator';
import type { Balancing } from './balance.js';
import { lossesOf, type BatchSpec } from './model-graph.js';

/** What a program that mixes is fed beside a batch: the share of each sample, of which its partner has the rest. */
export const MIX_RATIO = 'mix/ratio';

export const ratioSpec: Readonly<Record<string, BatchSpec>> = { [MIX_RATIO]: { dtype: 'float32', shape: [] } };

/** A batch whose samples are mixed with partners. */
export interface MixedBatch {
  /** Tensors of the inputs are mixed; those of targets are the samples' own. */
  readonly fed: Symbols;
  /** The losses of `lossesOf`, where targets are mixed like the inputs. */
  losses(graph: ModelGraph, balance: Balancing): Symbols;
}

/**
 * Mixes every sample of a batch with the one after it, whatever its inputs are (mixup, Zhang et al. 2018): each input as its
 * encoder does, and the losses instead of the targets, so that heads need nothing for it:
 *
 *   loss = λ · loss(target) + (1 − λ) · loss(partner's target),   λ the mean of what the inputs have of the sample
 *
 * Rows come in random order, so that the next one is any. Where only one of both has an input, the mixture has it as it is.
 */
export function mixBatch(parts: Parts, scope: Scope, fed: Symbols, ratio: SymbolicTensor): MixedBatch {
  const mixed = Object.entries(parts.inputs).map(([name, part]) => mixInput({ name, part, scope, fed, ratio }));
  const share = mul(mixed.map((one) => one.ratio).reduce(add), 1 / mixed.length);
  const all = { ...fed, ...(Object.assign({}, ...mixed.map((one) => one.fed)) as Symbols) };
  return {
    fed: all,
    losses(graph, balance) {
      const own = lossesOf(parts, graph, all, { balance });
      const others = lossesOf(withTargets(parts), graph, all, { balance, targetOf: next });
      return mapRecord(own, (loss, name) => {
        const other = others[name];
        return other ? add(mul(loss, share), mul(other, sub(1, share))) : loss;
      });
    },
  };
}

/** Objectives without a target learn from the mixture as it is. */
const withTargets = (parts: Parts): Parts => ({
  ...parts,
  heads: Object.fromEntries(Object.entries(parts.heads).filter(([, { head }]) => head.target !== undefined)),
});

/** Of each sample the one after it; of the last the first. */
const next = (x: SymbolicTensor): SymbolicTensor =>
  knownSize(x.shape, 0) === 1 ? x : concat([slice(x, 0, 1), slice(x, 0, 0, 1)], 0);

interface InputToMix {
  readonly name: string;
  readonly part: InputPart;
  readonly scope: Scope;
  readonly fed: Symbols;
  readonly ratio: SymbolicTensor;
}

/** The tensors of an input, under their names in the model. */
function mixInput({ name, part, scope, fed, ratio }: InputToMix): { fed: Symbols; ratio: SymbolicTensor } {
  const { encoder, column } = part;
  const fedAs = (tensor: string): string => tensorName(name, tensor, part);
  const x = mapRecord(fedSpecs(column), (_, tensor) => required(fed[fedAs(tensor)], fedAs(tensor)));
  const partner = mapRecord(x, next);
  const mixed = required(encoder.mix?.(scope.at('inputs', name), x, partner, ratio), `what ${name} mixes`);
  const named = (tensors: Symbols): Symbols =>
    Object.fromEntries(Object.keys(x).map((tensor) => [fedAs(tensor), required(tensors[tensor], tensor)]));
  if (!mayBeMissing(part)) return { ...mixed, fed: named(mixed.x) };
  const flag = presentName(name);
  const present = required(fed[flag], flag);
  const there = mapRecord(mixed.x, (mixture, tensor) =>
    onlyThere(mixture, required(x[tensor], tensor), required(partner[tensor], tensor), present),
  );
  return { ...mixed, fed: { ...named(there), [flag]: maximum(present, next(present)) } };
}

/** The mixture where both samples have the input, else the value that one of them has. */
function onlyThere(
  mixture: SymbolicTensor,
  own: SymbolicTensor,
  partner: SymbolicTensor,
  present: SymbolicTensor,
): SymbolicTensor {
  const wide = (flag: SymbolicTensor): SymbolicTensor =>
    greater(reshape(flag, [...flag.shape.slice(0, 1), ...mixture.shape.slice(1).map(() => 1)]), 0.5);
  const alone = where(wide(present), cast(own, mixture.dtype), cast(partner, mixture.dtype));
  return where(wide(mul(present, next(present))), mixture, alone);
}

/** Throws SENSORIUM_MANIFEST_INVALID where samples shall be mixed, and an input has values that cannot be. */
export function checkMix(mix: number | null, { inputs }: Parts): void {
  if (mix === null) return;
  for (const [name, { encoder, settings }] of Object.entries(inputs)) {
    if (settings.many !== null) throw cannotMix(name, 'lists of values are not mixed');
    if (!encoder.mix) throw cannotMix(name, `the encoder ${settings.encoder} does not mix its values`);
  }
}

const cannotMix = (name: string, why: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `training.mix mixes samples in all of their inputs, and of "${name}" ${why}`,
    hint: 'Leave training.mix out, or the input.',
    location: { key: `inputs.${name}` },
  });
