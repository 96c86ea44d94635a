import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const page = new URL('../../../docs/serving.md', import.meta.url);
/** Inside of the package, where `sensorium` is what was built. */
const here = fileURLToPath(new URL('.', import.meta.url));

let folder: string;
let server: ChildProcessWithoutNullStreams;
let port: number;
const log: string[] = [];
let errors = '';

beforeAll(async () => {
  const [, program] = /```js\n(\/\/ server\.mjs\n[^]*?)```/.exec(await readFile(page, 'utf8')) ?? [];
  folder = await mkdtemp(join(here, '../.serving-'));
  await writeFile(join(folder, 'server.mjs'), String(program));
  server = spawn(process.execPath, [join(folder, 'server.mjs')], { env: { ...process.env, PORT: '0' } });
  server.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const lines = createInterface(server.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', (line) => log.push(line));
  port = Number(/^listening on (\d+)$/.exec(first)?.[1]);
});
afterAll(async () => {
  server?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const picture = async (width: number): Promise<string> => {
  const create = { width, height: width, channels: 3, background: 'red' } as const;
  return `data:image/png;base64,${(await sharp({ create }).png().toBuffer()).toString('base64')}`;
};

async function post(sample: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = typeof sample === 'string' ? sample : JSON.stringify(sample);
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const question = 'how many objects are there?';

describe('the server of docs/serving.md', () => {
  it('answers', async () => {
    const { status, body } = await post({ image: await picture(64), question });
    expect(status).toBe(200);
    expect(body['answer']).toMatchObject({ text: expect.any(String), confidence: expect.any(Number) });
  });

  it('refuses what it does not take, and tells nothing of itself', async () => {
    const image = await picture(64);
    const cases: [unknown, number, string][] = [
      ['{', 400, 'not JSON'],
      [{ image, questions: '' }, 400, 'Did you mean "question"?'],
      [{ image }, 400, 'the input "question" is missing'],
      [{ image: '/etc/passwd', question }, 403, 'may not be read'],
      [{ image: '/no/such/file', question }, 403, 'may not be read'],
      [{ image: `http://127.0.0.1:${port}/`, question }, 403, 'may not be read'],
      [{ image: 'data:,text', question }, 422, 'not a picture'],
      [{ image: { width: 1 }, question }, 422, ''],
      [{ image: await picture(6000), question }, 413, 'megapixels'],
      [{ image: `data:;base64,${'A'.repeat(13.5e6)}`, question }, 413, 'bytes'],
      [{ __proto__: null, toString: 'x', image, question }, 400, 'no input "toString"'],
    ];
    for (const [sample, status, message] of cases) {
      const answer = await post(sample);
      expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
      expect(answer.body['message']).toContain(message);
      expect(JSON.stringify(answer.body)).not.toContain(folder);
    }
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(405);
    expect(errors).toBe('');
  });

  it('reads no request that is too large to its end', async () => {
    const sent = request({ port, method: 'POST' });
    sent.write(Buffer.alloc(14.1e6));
    const [response] = (await once(sent, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('says when there are too many at once, answers those after them, and forgets those who have gone', async () => {
    const sample = JSON.stringify({ image: await picture(500), question });
    log.length = 0;
    const refused = new Set<ClientRequest>();
    const begun = Array.from({ length: 70 }, () => {
      const sent = request({ port, method: 'POST' });
      const answered = new Promise<number>((resolve) => {
        sent.on('error', () => resolve(0));
        sent.on('response', (response) => resolve(Number(response.resume().statusCode)));
      });
      void answered.then((status) => status === 503 && refused.add(sent));
      sent.write(sample.slice(0, 1));
      return { sent, answered };
    });
    while (refused.size < 6) await setImmediate();
    const held = begun.filter(({ sent }) => !refused.has(sent));
    const [leaving, staying] = [held.slice(0, 20), held.slice(20)];
    for (const { sent } of leaving) sent.destroy();
    for (const { sent } of staying) sent.end(sample.slice(1));
    expect(await Promise.all(staying.map(({ answered }) => answered))).toEqual(staying.map(() => 200));
    while (log.filter((line) => line === 'gone').length < leaving.length) await once(server.stdout, 'data');
    expect((await post(sample)).status).toBe(200);
  });

  it('ends when it is told to', async () => {
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  });
});
