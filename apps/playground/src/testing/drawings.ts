import { createRandom } from '@sensorium/data';
import { encodePng } from '@sensorium/media';
import { generateScene, renderScene, type Scene } from '@sensorium/starter/scenes';

/** A file as a browser's test gives it. */
interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const pngFile = async (name: string, scene: Scene): Promise<TestFile> => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(await encodePng(renderScene(scene))),
});

/** Pictures of one object of a colour. */
export function drawings(colour: 'red' | 'green', count: number, seed: string): Promise<TestFile[]> {
  const random = createRandom(1, `${seed} ${colour}`);
  const files = Array.from({ length: count }, (_, index) => {
    const scene = generateScene(random.fork(String(index)), { objects: 1 });
    const objects = scene.objects.map((object) => ({ ...object, colour }));
    return pngFile(`${colour}-${index}.png`, { ...scene, background: 'paper', objects });
  });
  return Promise.all(files);
}
