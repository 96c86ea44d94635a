import { byId } from './dom.js';
import type { Engine } from './engine.js';
import type { Choice, RunsOn } from './worker/backend.js';

const KEY = 'sensorium.backend';

/** Where the page computes: what the person chose, and what that means here. */
export class Settings {
  private readonly select = byId('backend', HTMLSelectElement);
  private readonly place = byId('runs-on', HTMLElement);
  private readonly notice = byId('runs-notice', HTMLElement);

  constructor(private readonly engine: Engine) {
    this.select.value = localStorage.getItem(KEY) ?? 'auto';
    this.select.addEventListener('change', () => {
      localStorage.setItem(KEY, this.choice);
      void this.start();
    });
  }

  get choice(): Choice {
    return this.select.value as Choice;
  }

  /** Finds out what the choice means here, and says it. */
  async start(): Promise<void> {
    const { choice } = this;
    try {
      const found = await this.engine.run('start', { backend: choice });
      if (choice === this.choice) this.show(found);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.place.textContent = `Nothing can be computed here. ${reason}`;
    }
  }

  /** Says where the page computes: at the bottom, and at the top where it is not what the person chose. */
  show(runsOn: RunsOn): void {
    const { backend, reason } = runsOn;
    const why = reason ? ` Not on WebGPU: ${reason}.` : '';
    this.place.textContent = `Runs on ${wordsOf(runsOn)}.${why}`;
    const isOther = this.choice === 'webgpu' && backend !== 'webgpu';
    this.notice.textContent = isOther ? `WebGPU cannot be used: ${reason}. This page runs on WebAssembly instead.` : '';
  }
}

/** `WebAssembly, 2 threads` */
export const wordsOf = ({ backend, threads }: RunsOn): string =>
  backend === 'webgpu' ? 'WebGPU' : `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
