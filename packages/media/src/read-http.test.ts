import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { SensoriumError } from '@sensorium/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AddressOptions, readAddress } from './index.js';
import { isPublic } from './read-public.js';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

interface Listening {
  readonly port: number;
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: string[];
}

async function serve(answer: RequestListener, server: Server = createServer()): Promise<Listening> {
  const asked: string[] = [];
  server.on('request', (request, response) => {
    asked.push(String(request.url));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, asked };
}

const read = async (address: string, options?: AddressOptions): Promise<string> =>
  new TextDecoder().decode(await readAddress(address, options));

const failure = async (address: string, options?: AddressOptions): Promise<SensoriumError> => {
  const outcome = await read(address, options).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Error);
  return outcome as SensoriumError;
};

describe('an address', () => {
  it('is read with the redirects that lead to it', async () => {
    const { url, asked } = await serve(({ url }, response) => {
      if (url === '/a') return void response.writeHead(302, { location: '/b?x=1' }).end();
      return void response.end('there');
    });
    expect(await read(`${url}/a`)).toBe('there');
    expect(asked).toEqual(['/a', '/b?x=1']);
  });

  it('that redirects for ever is given up', async () => {
    const { url, asked } = await serve(({ url }, response) => {
      response.writeHead(307, { location: `${url}x` }).end();
    });
    expect(await failure(`${url}/`)).toMatchObject({
      code: 'SENSORIUM_IO',
      message: expect.stringContaining('5 times'),
    });
    expect(asked).toHaveLength(6);
  });

  it('may be compressed', async () => {
    const text = 'many of the same '.repeat(100);
    const bodies = { gzip: gzipSync(text), br: brotliCompressSync(text), deflate: deflateSync(text) };
    const { url } = await serve(({ url = '' }, response) => {
      const encoding = url.slice(1) as keyof typeof bodies;
      response.writeHead(200, { 'content-encoding': encoding }).end(bodies[encoding]);
    });
    for (const encoding of Object.keys(bodies)) expect(await read(`${url}/${encoding}`)).toBe(text);
  });

  it('that becomes too large when it is decompressed is not read to its end', async () => {
    const bomb = gzipSync(Buffer.alloc(200e6), { level: 9 });
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const before = process.memoryUsage().rss;
    expect(await failure(url, { maxBytes: 1e6 })).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('that says that it is too large is not read at all', async () => {
    let sent = 0;
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1e9 });
      response.write('x', () => sent++);
    });
    expect(await failure(url, { maxBytes: 1e6 })).toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
      message: expect.stringContaining('1000000000 bytes'),
    });
    expect(sent).toBeLessThan(2);
  });

  it('is given up when it falls silent, before or within its body, and not while it goes on', async () => {
    const { url } = await serve(({ url }, response) => {
      if (url === '/headers') return;
      response.write('begun');
      if (url === '/body') return;
      let parts = 0;
      const timer = setInterval(() => {
        if (++parts < 9) return void response.write('.');
        clearInterval(timer);
        response.end('ended');
      }, 270);
    });
    const reading = ['headers', 'body'].map((path) => failure(`${url}/${path}`, { idleSeconds: 0.3 }));
    for (const error of await Promise.all(reading)) {
      expect(error).toMatchObject({ code: 'SENSORIUM_TIMEOUT', message: expect.stringContaining('nothing for 0.3') });
    }
    expect(await read(`${url}/slow`, { idleSeconds: 2 })).toBe('begun........ended');
  });

  it('is no longer read when its signal is aborted', async () => {
    const { url } = await serve((_, response) => void response.write('begun'));
    const controller = new AbortController();
    const reading = read(url, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('gone away')), 50);
    await expect(reading).rejects.toThrow('gone away');
  });

  it('is asked for again on a connection that the server has closed meanwhile', async () => {
    const server = createServer();
    server.keepAliveTimeout = 0;
    const { url, asked } = await serve((_, response) => response.end('here'), server);
    expect(await read(url)).toBe('here');
    // Without a word to those who keep them open.
    server.closeIdleConnections();
    expect(await read(url)).toBe('here');
    expect(asked).toHaveLength(2);
  });
});

describe('what breaks', () => {
  const cases: [string, () => Promise<string>, RegExp][] = [
    ['a closed port', async () => 'http://127.0.0.1:1/x', /refuses connections \(ECONNREFUSED\)/],
    ['a name that is none', async () => 'http://no-such-host.invalid/x', /no host of this name|cannot be looked up/],
    [
      'https, where http is spoken',
      async () => (await serve((_, response) => response.end())).url.replace('http:', 'https:'),
      /no secure connection \(TLS\)/,
    ],
    [
      'a connection that ends too early',
      async () => (await serve((_, response) => void response.write('x', () => response.destroy()))).url,
      /broke the connection off/,
    ],
    [
      'another protocol',
      async () => {
        const server = createPlainServer((socket) => socket.end('220 mail.example.com\r\n'));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        closing.push(() => server.close());
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      },
      /does not speak HTTP/,
    ],
    [
      'what is not compressed as it is said',
      async () => {
        const answer: RequestListener = (_, response) =>
          response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
        return (await serve(answer)).url;
      },
      /cannot be decompressed/,
    ],
    [
      'a redirect to a file',
      async () =>
        (await serve((_, response) => response.writeHead(302, { location: 'file:///etc/hostname' }).end())).url,
      /no address of http/,
    ],
    ['what is no address', async () => 'http://user:top%secret@ho st/', /not a valid URL/],
    ['another kind of address', async () => 's3://bucket/x.png', /addresses of s3 are not read/],
  ];

  it.each(cases)('is told: %s', async (_, address, message) => {
    const error = await failure(await address());
    expect(error).toMatchObject({ code: 'SENSORIUM_IO', message: expect.stringMatching(message) });
  });

  it('is told of a server without a good certificate', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) return skip('needs the command openssl');
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-tls-'));
    const [key, cert] = ['key', 'cert'].map((name) => join(folder, name)) as [string, string];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', made, { stdio: 'ignore' });
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) });
    rmSync(folder, { recursive: true });
    const { port } = await serve((_, response) => response.end(), server);
    expect(await failure(`https://localhost:${port}/`)).toMatchObject({
      message: expect.stringContaining('no secure connection (TLS) could be made (DEPTH_ZERO_SELF_SIGNED_CERT)'),
      hint: expect.stringContaining('certificate'),
    });
  });

  it('is told without passwords and queries', async () => {
    const { port } = await serve((_, response) => response.writeHead(500).end());
    for (const address of [
      `http://me:secret@127.0.0.1:${port}/x?sig=secret#secret`,
      `http://me:se/cret@secret@127.0.0.1:${port}/x`,
      `http://me:secret@127.0.0.1:1/x?sig=secret`,
      `https://me:secret@127.0.0.1:${port}/x?sig=secret`,
    ]) {
      for (const name of [undefined, address]) {
        const error = await failure(address, { name });
        expect(JSON.stringify([error.message, error.hint, error.location])).not.toMatch(/se\/?cret/);
      }
    }
  });
});

describe('access', () => {
  let inside: Listening;
  let closeInside: (() => void)[];
  beforeAll(async () => {
    inside = await serve((_, response) => response.end('inside'));
    closeInside = closing.splice(0);
  });
  afterAll(() => closeInside.forEach((close) => close()));

  const refused = { code: 'SENSORIUM_NO_PERMISSION', message: expect.stringContaining('may not be read') };

  it('without hosts reads none, and nothing is asked', async () => {
    const before = inside.asked.length;
    for (const address of [inside.url, `${inside.url}/none`, 'http://no-such-host.invalid/', 'https://example.com/']) {
      expect(await failure(address, { access: {} })).toMatchObject(refused);
    }
    expect(inside.asked).toHaveLength(before);
  });

  it('reads what bytes in an address are, always', async () => {
    expect(await read('data:,here', { access: {} })).toBe('here');
  });

  it('reads hosts that are named, with their port, however they are written', async () => {
    const { port } = inside;
    const access = { hosts: [`LocalHost:${port}`, `127.0.0.1:${port}`] };
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '2130706433', '0x7f.1']) {
      expect(await read(`http://${host}:${port}/`, { access })).toBe('inside');
    }
    for (const address of [`http://localhost:${port + 1}/`, 'http://localhost/', `http://[::1]:${port}/`]) {
      expect(await failure(address, { access })).toMatchObject(refused);
    }
    expect(await failure(`http://localhost:${port}@127.0.0.2:${port}/`, { access })).toMatchObject(refused);
  });

  it('does not follow a redirect to another place', async () => {
    const places = [inside.url, `http://localhost:${inside.port}/`, 'http://169.254.169.254/latest/meta-data'];
    const { url, port } = await serve(({ url }, response) => {
      response.writeHead(302, { location: places[Number(url?.slice(1))] }).end();
    });
    const before = inside.asked.length;
    for (const index of places.keys()) {
      expect(await failure(`${url}/${index}`, { access: { hosts: [`127.0.0.1:${port}`] } })).toMatchObject(refused);
    }
    expect(inside.asked).toHaveLength(before);
    const both = { hosts: [`127.0.0.1:${port}`, `127.0.0.1:${inside.port}`] };
    expect(await read(`${url}/0`, { access: both })).toBe('inside');
  });

  it('of all hosts ends where a private network begins', async () => {
    const { port, asked } = inside;
    const before = asked.length;
    const access = { hosts: [`*:${port}`, `*.localhost:${port}`] };
    const addresses = ['127.0.0.1', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '10.0.0.1'];
    for (const host of addresses) expect(await failure(`http://${host}:${port}/`, { access })).toMatchObject(refused);
    // Names are looked up; one that leads inside is as if it were not there.
    for (const host of ['localhost', 'localhost.', 'own.localhost', 'no-such-host.invalid']) {
      expect(await failure(`http://${host}:${port}/`, { access })).toMatchObject({
        code: 'SENSORIUM_IO',
        message: expect.stringMatching(/no host of this name|cannot be looked up/),
      });
    }
    expect(asked).toHaveLength(before);
  });

  it('is refused where a host is none', async () => {
    for (const host of ['https://example.com', 'example.com/x', '', '*.', 'a*.com', 'me@example.com', 'a b']) {
      expect(await failure(inside.url, { access: { hosts: [host] } })).toMatchObject({
        code: 'SENSORIUM_USAGE',
        message: expect.stringContaining('is not a host'),
      });
    }
  });
});

it('knows which addresses are public', () => {
  const inside =
    '127.9.9.9 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255';
  const inside6 = '::1 :: ::ffff:10.0.0.1 64:ff9b::a00:1 fe80::1 fd00::1 ff02::1 2002:7f00:1:: 2001:db8::1';
  for (const address of `${inside} ${inside6}`.split(' ')) expect(isPublic(address), address).toBe(false);
  const outside = '8.8.8.8 172.32.0.1 192.167.1.1 93.184.215.14 ::ffff:8.8.8.8 [2606:4700:4700::1111] 2a00:1450::1';
  for (const address of outside.split(' ')) expect(isPublic(address), address).toBe(true);
});
