import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineEncoder, modalityOf, type EncoderPlugin, type SensoriumError, type Source } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadPipeline, type LoadOptions, type Pipeline } from './index.js';
import { sketch } from './testing/heads.js';
import { buildSmallModel, pictureAndText, plugins, writeModelFolder } from './testing/small-model.js';

const atHand = [...plugins, sketch];
const png = (width: number): Promise<Buffer> =>
  sharp({ create: { width, height: width, channels: 3, background: 'red' } })
    .png()
    .toBuffer();

let folder: string;
let pictures: string;
let small: Buffer;
beforeAll(async () => {
  const heads = { ...pictureAndText.heads, drawn: 'sketch' };
  folder = await writeModelFolder(await buildSmallModel({ ...pictureAndText, heads }, atHand));
  pictures = join(folder, 'pictures');
  small = await png(20);
  await mkdir(pictures);
  await writeFile(join(pictures, 'a.png'), small);
  await writeFile(join(folder, 'secret.png'), small);
  await symlink(join(folder, 'secret.png'), join(pictures, 'link.png'));
});
afterAll(() => rm(folder, { recursive: true }));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function load(options: LoadOptions): Promise<Pipeline> {
  const pipeline = await loadPipeline(folder, { plugins: atHand, ...options });
  closing.push(() => pipeline.dispose());
  return pipeline;
}

async function serve(answer: RequestListener): Promise<{ url: string; host: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}`, host };
}

const question = 'red circle';
const ask = (pipeline: Pipeline, picture: Source, signal?: AbortSignal): Promise<unknown> =>
  pipeline.run({ picture, question }, { signal });

const failure = async (work: Promise<unknown>): Promise<SensoriumError> => {
  const outcome = await work.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Error);
  return outcome as SensoriumError;
};

describe('a pipeline without access', () => {
  it('answers for bytes, however they come', async () => {
    const pipeline = await load({ access: 'none' });
    const answer = await ask(pipeline, small);
    expect(await ask(pipeline, new Blob([new Uint8Array(small)]))).toEqual(answer);
    expect(await ask(pipeline, `data:image/png;base64,${small.toString('base64')}`)).toEqual(answer);
    const base = new Map([['a.png', new Blob([new Uint8Array(small)])]]);
    expect(await pipeline.run({ picture: 'a.png', question }, { base })).toEqual(answer);
  });

  it('reads nothing that an address names, and does not tell what there is', async () => {
    let asked = 0;
    const { url } = await serve((_, response) => void response.end(++asked));
    const pipeline = await load({ access: 'none' });
    const there = join(pictures, 'a.png');
    const given = [there, join(pictures, 'none.png'), 'a.png', pathToFileURL(there).href, new URL(url), `${url}/a.png`];
    const told = [];
    for (const picture of given) {
      for (const base of [undefined, pictures, url]) {
        const error = await failure(pipeline.run({ picture, question }, { base }));
        expect(error).toMatchObject({ code: 'SENSORIUM_NO_PERMISSION', location: { key: 'picture' } });
        told.push(error.message.replace(/^"[^"]*"/, ''));
        if (picture === 'a.png')
          expect(JSON.stringify([error.message, error.hint, error.location])).not.toContain(folder);
      }
    }
    expect(new Set(told).size).toBe(1);
    expect(asked).toBe(0);
    const step = pipeline.graph('drawn.step').run({ picture: there, question });
    expect(await failure(step)).toMatchObject({ code: 'SENSORIUM_NO_PERMISSION' });
  });
});

describe('a pipeline with access', () => {
  it('reads below its folders', async () => {
    const pipeline = await load({ access: { folders: [pictures] } });
    await ask(pipeline, join(pictures, 'a.png'));
    await pipeline.run({ picture: 'a.png', question }, { base: pictures });
    const refused = [
      'link.png',
      '../secret.png',
      '../model.onnx',
      join(folder, 'secret.png'),
      '/etc/passwd',
      'none.png',
    ];
    for (const picture of refused) {
      const error = await failure(pipeline.run({ picture, question }, { base: pictures }));
      expect(error.code).toMatch(/^SENSORIUM_(NO_PERMISSION|NOT_FOUND)$/);
    }
  });

  it('reads from its hosts, and follows no redirect elsewhere', async () => {
    const elsewhere = await serve((_, response) => response.end(small));
    const own = await serve(({ url }, response) => {
      if (url === '/a.png') return void response.end(small);
      response.writeHead(302, { location: url === '/b.png' ? '/a.png' : `${elsewhere.url}/a.png` }).end();
    });
    const pipeline = await load({ access: { hosts: [own.host] } });
    await ask(pipeline, `${own.url}/b.png`);
    for (const picture of [`${own.url}/c.png`, `${elsewhere.url}/a.png`, join(pictures, 'a.png')]) {
      expect(await failure(ask(pipeline, picture))).toMatchObject({ code: 'SENSORIUM_NO_PERMISSION' });
    }
  });
});

describe('limits', () => {
  it('of bytes and pixels hold for every source', async () => {
    const large = await png(1000);
    const bytes = await load({ limits: { bytes: small.length } });
    const pixels = await load({ limits: { pixels: 400 } });
    await writeFile(join(pictures, 'large.png'), large);
    const asData = `data:;base64,${large.toString('base64')}`;
    for (const picture of [large, new Blob([new Uint8Array(large)]), asData, join(pictures, 'large.png')]) {
      for (const pipeline of [bytes, pixels]) {
        expect(await failure(ask(pipeline, picture))).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
      }
    }
    await ask(bytes, small);
    await ask(pixels, small);
  });

  it('of seconds end a call that reads too long, and not those after it', async () => {
    const { url } = await serve(
      ({ url }, response) => void (url === '/a.png' ? response.end(small) : response.write('x')),
    );
    const pipeline = await load({ limits: { seconds: 0.5, atOnce: 1 } });
    expect(await failure(ask(pipeline, url))).toMatchObject({
      code: 'SENSORIUM_TIMEOUT',
      message: expect.stringContaining('0.5 seconds'),
    });
    await ask(await load({ limits: { seconds: Infinity } }), `${url}/a.png`);
    await ask(pipeline, small);
  });

  it('of seconds end a call whose decoding does not heed its signal', async () => {
    let finish: (() => void) | undefined;
    const stubborn: EncoderPlugin = defineEncoder({
      ...image,
      modality: {
        ...modalityOf(image, {}),
        decode: () => new Promise((_, reject) => (finish = () => reject(new Error('late')))),
      },
    });
    const others = atHand.filter((plugin) => plugin.kind !== 'encoder' || plugin.name !== 'image');
    const pipeline = await load({ plugins: [stubborn, ...others], limits: { seconds: 0.2, atOnce: 1 } });
    expect(await failure(ask(pipeline, small))).toMatchObject({ code: 'SENSORIUM_TIMEOUT' });
    // Its place is not free before it has really ended.
    const next = ask(pipeline, small, AbortSignal.timeout(100));
    expect(await failure(next)).toMatchObject({ name: 'TimeoutError' });
    finish?.();
    expect(await failure(ask(pipeline, small))).toMatchObject({ code: 'SENSORIUM_TIMEOUT' });
  });

  it('of samples at once hold, and a call that waits can be given up', async () => {
    const waiting: (() => void)[] = [];
    let asked = 0;
    const { url } = await serve((_, response) => {
      asked++;
      waiting.push(() => response.end(small));
    });
    const pipeline = await load({ limits: { atOnce: 2 } });
    const controller = new AbortController();
    const calls = Array.from({ length: 6 }, (_, index) =>
      ask(pipeline, url, index === 3 ? controller.signal : undefined),
    );
    const turn = async (): Promise<void> => {
      while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await turn();
    controller.abort(new Error('gone away'));
    await expect(calls[3]).rejects.toThrow('gone away');
    expect(asked).toBe(2);
    waiting.splice(0).forEach((answer) => answer());
    await turn();
    expect(asked).toBe(4);
    waiting.splice(0).forEach((answer) => answer());
    while (waiting.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    waiting.splice(0).forEach((answer) => answer());
    const ended = await Promise.allSettled(calls);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(asked).toBe(5);
  });

  it('of a list are those of the model: what is cut off is never read', async () => {
    const many = {
      ...pictureAndText,
      inputs: { picture: { encoder: 'image', size: 16, many: 2 }, question: { encoder: 'text', vocabulary: ['red'] } },
    };
    const model = await writeModelFolder(await buildSmallModel(many));
    closing.push(() => rm(model, { recursive: true }));
    let asked = 0;
    const { url } = await serve((_, response) => {
      asked++;
      response.end(small);
    });
    const pipeline = await loadPipeline(model, { plugins });
    closing.push(() => pipeline.dispose());
    const notes: string[] = [];
    const onNote = (_: string, note: string): void => void notes.push(note);
    await pipeline.run({ picture: Array.from({ length: 50 }, () => url), question: 'red' }, { onNote });
    expect(asked).toBe(2);
    expect(notes).toContain('cut after 2 of 50 values');
  });
});

it.each<[string, object, string, string]>([
  ['a misspelt limit', { limits: { pixel: 5 } }, 'SENSORIUM_UNKNOWN_KEY', 'Did you mean "pixels"?'],
  ['a limit by an inherited name', { limits: { constructor: 5 } }, 'SENSORIUM_UNKNOWN_KEY', '"constructor"'],
  ['a limit that is none', { limits: { bytes: '5' } }, 'SENSORIUM_USAGE', 'the limit "bytes" is 5'],
  ['a limit of nothing', { limits: { seconds: 0 } }, 'SENSORIUM_USAGE', 'the limit "seconds" is 0'],
  ['half a sample at once', { limits: { atOnce: 0.5 } }, 'SENSORIUM_USAGE', 'the limit "atOnce" is 0.5'],
  ['a misspelt place', { access: { folder: ['/'] } }, 'SENSORIUM_UNKNOWN_KEY', 'Did you mean "folders"?'],
  ['a host that is none', { access: { hosts: ['https://a.com'] } }, 'SENSORIUM_USAGE', 'is not a host'],
  ['another word', { access: 'nothing' }, 'SENSORIUM_USAGE', '"nothing" is no access'],
])('loading refuses %s', async (_, options, code, message) => {
  const loading = loadPipeline(folder, { plugins: atHand, ...options });
  expect(await failure(loading)).toMatchObject({ code, message: expect.stringContaining(message) });
});
