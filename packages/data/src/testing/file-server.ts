import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer extends AsyncDisposable {
  /** `http://127.0.0.1:41234/` */
  readonly url: string;
  /** Bytes of files that it has sent. */
  sent(): number;
  /** The ranges that were asked for. */
  readonly ranges: readonly string[];
}

/** Serves files from memory, by ranges or as a whole only. */
export async function fileServer(
  files: Readonly<Record<string, Uint8Array>>,
  { ranges: knowsRanges = true } = {},
): Promise<FileServer> {
  let sent = 0;
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const bytes = files[decodeURI((request.url ?? '').replace(/^\/|\?.*$/g, ''))];
    if (!bytes) return void response.writeHead(404).end();
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = knowsRanges && first !== undefined ? [Number(first), Number(last) + 1] : [0, bytes.length];
    const part = bytes.subarray(start, end);
    sent += part.length;
    ranges.push(`${start}-${end}`);
    const isPart = part.length < bytes.length;
    const headers = isPart ? { 'content-range': `bytes ${start}-${start + part.length - 1}/${bytes.length}` } : {};
    response.writeHead(isPart ? 206 : 200, { ...headers, 'content-length': part.length }).end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sent: () => sent,
    ranges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
