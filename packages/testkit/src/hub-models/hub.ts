import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Model } from './folder.js';

/** Models by their names, each at its commits. */
export type Commits = Readonly<Record<string, Readonly<Record<string, Model>>>>;

export interface Hub {
  readonly address: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** What the last request was authorized by. */
  readonly token: () => string | undefined;
  readonly close: () => void;
}

/** A server that answers as the hub does. */
export async function startHub(commits: Commits, branches: Readonly<Record<string, string>>): Promise<Hub> {
  const asked: string[] = [];
  let token: string | undefined;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    token = request.headers.authorization;
    answer(request, response, commits, branches);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    token: () => token,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  commits: Commits,
  branches: Readonly<Record<string, string>>,
): void {
  const listing = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/(.+)$/.exec(url);
  const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url);
  const model = commits[listing?.[1] ?? file?.[1] ?? ''];
  if (!model) return void response.writeHead(401).end('{"error":"Invalid username or password."}');
  const revision = listing?.[2] ?? file?.[2] ?? '';
  const commit = branches[revision] ?? revision;
  const files = model[commit];
  if (!files) return void response.writeHead(404).end('{"error":"Invalid rev id"}');
  if (listing) {
    const siblings = Array.from(files.keys(), (rfilename) => ({ rfilename }));
    return void response.end(JSON.stringify({ sha: commit, siblings }));
  }
  const bytes = files.get(file?.[3] ?? '');
  if (!bytes) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
}
