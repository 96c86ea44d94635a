// jax-js runs on one thread where there are no Web Workers, as in Node. Import this first, with `--threads N` among the
// arguments of the process, and it finds what it needs of them.
import { resolveObjectURL } from 'node:buffer';
import { parseArgs } from 'node:util';
import { Worker as Thread } from 'node:worker_threads';

const inThread = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (data) => parentPort.postMessage(data);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

/** As much of a Web Worker as jax-js uses. */
class WebWorker {
  #thread;

  constructor(url) {
    this.#thread = this.#start(url);
  }

  async #start(url) {
    const source = await resolveObjectURL(url).text();
    const thread = new Thread(inThread + source, { eval: true });
    thread.on('message', (data) => this.onmessage({ data }));
    thread.on('error', (error) => this.onerror(error));
    return thread;
  }

  async postMessage(data) {
    (await this.#thread).postMessage(data);
  }
}

const threads = Number(parseArgs({ options: { threads: { type: 'string', default: '1' } } }).values.threads);

if (threads > 1) {
  globalThis.Worker = WebWorker;
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: threads } });
}
