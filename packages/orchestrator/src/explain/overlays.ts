import { required, type Overlay, type Tensor, type Tensors } from '@sensorium/contracts';
import { row } from '@sensorium/tensors';
import { GIVEN } from '../model/list-column.js';
import { mapRecord, type InputPart } from '../model/parts.js';
import { fedSpecs, tensorName } from '../model/tensors.js';

/** What people see of each value of an input; nothing where its encoder does not say. */
export async function overlaysOf(
  part: InputPart,
  values: readonly unknown[],
  { fed, weights }: { readonly fed: Tensors; readonly weights: Tensors },
): Promise<Overlay[]> {
  const { overlay } = part.encoder;
  if (!overlay) return [];
  const itemOf = (tensors: Tensors, index: number): Tensors =>
    part.settings.many === null ? tensors : row(mapRecord(tensors, withoutBatch), index);
  return Promise.all(
    values.map(async (value, index) => {
      return overlay.show({ value, fed: itemOf(fed, index), weights: itemOf(weights, index) });
    }),
  );
}

interface Attended {
  readonly fed: Tensors;
  /** How much each token is looked at. */
  readonly received: readonly number[];
  /** How the tokens lie, where they lie in more than a row. */
  readonly grid: readonly number[] | undefined;
}

/** How much the places of a picture, the words or the cells are looked at; nothing where tokens are no such thing. */
export async function attendedOverlays(
  part: InputPart,
  values: readonly unknown[],
  { fed, received, grid }: Attended,
): Promise<Overlay[]> {
  if (part.settings.many !== null) return [];
  const nothing = mapRecord(fed, ({ shape, data }): Tensor => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(data.length),
  }));
  const shown = await overlaysOf(part, values, { fed, weights: nothing });
  return shown.flatMap((overlay): Overlay[] => {
    if (overlay.kind === 'picture' && grid?.length === 2) {
      const [height, width] = grid as readonly [number, number];
      return [{ ...overlay, width, height, weights: received }];
    }
    if (overlay.kind !== 'parts' || received.length < overlay.parts.length) return [];
    return [{ ...overlay, parts: overlay.parts.map(({ text }, place) => ({ text, weight: Number(received[place]) })) }];
  });
}

/** What the graph is fed of an input, by its encoder's own names. */
export function fedTensors(name: string, part: InputPart, sample: Tensors): Record<string, Tensor> {
  const names = Object.keys(fedSpecs(part.column)).filter((tensor) => tensor !== GIVEN);
  return Object.fromEntries(
    names.map((tensor) => [tensor, required(sample[tensorName(name, tensor, part)], `${name}.${tensor}`)]),
  );
}

/** [1,N,…] → [N,…] */
const withoutBatch = ({ shape, ...tensor }: Tensor): Tensor => ({ ...tensor, shape: shape.slice(1) });
