import { byId } from './dom.js';
import type { Engine } from './engine.js';
import type { Choice, RunsOn } from './worker/backend.js';

const KEY = 'sensorium.backend';
const names: Readonly<Record<RunsOn['backend'], string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** Where the page computes: what the person chose, and what that means here. */
export class Settings {
  private readonly select = byId('backend', HTMLSelectElement);
  private found: RunsOn | undefined;

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

  /** In words, as far as it is known: `WebAssembly, 2 threads`. */
  get runsOn(): string {
    return this.found ? wordsOf(this.found) : '';
  }

  /** Finds out what the choice means here, and says it at the bottom of the page. */
  async start(): Promise<void> {
    const place = byId('runs-on', HTMLElement);
    const { choice } = this;
    try {
      const found = await this.engine.run('start', { backend: choice });
      if (choice !== this.choice) return;
      this.found = found;
      place.textContent = `Runs on ${wordsOf(found)}.${found.reason ? ` Not on WebGPU: ${found.reason}.` : ''}`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.found = undefined;
      place.textContent = `${names[choice as RunsOn['backend']]} cannot run here. ${reason}`;
    }
  }
}

const wordsOf = ({ backend, threads }: RunsOn): string =>
  backend === 'webgpu' ? names.webgpu : `${names.wasm}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
