import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { convolution, createScope, input, mean, relu, toOnnx } from '@sensorium/graph';
import { encodePng, encodeWav } from '@sensorium/media';
import sharp from 'sharp';

const pictures = 3;
const labels = ['red', 'green', 'blue'] as const;

/** Writes what manifests name: `rows.jsonl` with a column for every kind of part, its pictures, and `network.onnx`. */
export async function writeSamples(folder: string): Promise<void> {
  const random = createRandom(1, 'samples');
  for (let index = 0; index < pictures; index++) {
    const data = random.bytes(12 * 9 * 3);
    await writeFile(join(folder, `${index}.png`), await encodePng({ width: 12, height: 9, channels: 3, data }));
    const measured = Uint16Array.from({ length: 12 * 9 }, () => 500 + random.integer(2000));
    const grey = { width: 12, height: 9, channels: 1, data: measured } as const;
    await writeFile(join(folder, `${index}-measured.png`), await encodePng(grey));
    const samples = Float32Array.from({ length: 2000 }, () => random.uniform() - 0.5);
    await writeFile(join(folder, `${index}.wav`), encodeWav({ rate: 8000, channels: [samples] }));
    const frames = { width: 12, height: 3 * 9, pageHeight: 9, channels: 3 } as const;
    const film = sharp(random.bytes(12 * 9 * 3 * 3), { raw: frames }).webp({ delay: [100, 100, 100] });
    await writeFile(join(folder, `${index}.webp`), await film.toBuffer());
  }
  const rows = Array.from({ length: 12 }, (_, index) => ({
    picture: `${index % pictures}.png`,
    second: `${(index + 1) % pictures}.png`,
    far: `${index % pictures}-measured.png`,
    heat: `${(index + 1) % pictures}-measured.png`,
    sound: `${index % pictures}.wav`,
    film: `${index % pictures}.webp`,
    text: `what colour is number ${index}`,
    series: Array.from({ length: 8 }, (_step, time) => [time * index, random.integer(9)]),
    label: required(labels[index % pictures], 'a label'),
    amount: index / 2,
    caption: `a ${labels[index % pictures]} star`,
  }));
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  await writeFile(join(folder, 'network.onnx'), network());
}

/** A convolution of pictures of 16×16, and its mean. */
function network(): Uint8Array {
  const scope = createScope();
  const pixels = input('pixels', 'float32', ['batch', 3, 16, 16]);
  const features = mean(relu(convolution(scope, pixels, 4, { kernel: 3, stride: 2 })), [2, 3]);
  const weights = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32' as const, shape, data: initialize(shape, createRandom(1, name)) }] as const;
  });
  return toOnnx({ outputs: { features }, weights: Object.fromEntries(weights) });
}
