/** Answers the path of a photograph with the milliseconds that it takes to become a tensor, by transformers.js. */
import process from 'node:process';
import { RawImage, ViTImageProcessor } from '@huggingface/transformers';

const side = Number(process.argv[2]);
const processor = new ViTImageProcessor({
  do_resize: true,
  size: { width: side, height: side },
  resample: 2,
  do_rescale: true,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
});

process.on('message', async (path) => {
  const start = performance.now();
  const { pixel_values: pixels } = await processor(await RawImage.read(path));
  const milliseconds = performance.now() - start;
  if (String(pixels.dims) !== `1,3,${side},${side}`) throw new Error(`a tensor of ${pixels.dims}`);
  process.send({ milliseconds });
});
