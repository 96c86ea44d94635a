import { SensoriumError } from '@sensorium/contracts';
import { byId, element } from '../dom.js';
import type { Engine } from '../engine.js';
import { Editor, type Spot } from './editor.js';
import { showPlan } from './plan-view.js';
import { samples } from './samples.js';

const KEY = 'sensorium.manifest';
/** A plan begins when nobody has typed for so long. */
const PAUSE_MS = 250;

/** The room that shows what becomes of a manifest. */
export class InsideRoom {
  private readonly editor = new Editor(() => this.typed());
  private readonly sample = byId('sample', HTMLSelectElement);
  private readonly place = byId('plan', HTMLElement);
  private readonly problems = byId('manifest-problem', HTMLElement);
  private planning: AbortController | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly engine: Engine) {
    this.sample.append(
      element('option', { value: '' }, 'what I wrote'),
      ...samples.map(({ title }, index) => element('option', { value: index }, title)),
    );
    this.sample.addEventListener('change', () => void this.begin());
  }

  /** Shows what was written here last, or the first sample. */
  async begin(): Promise<this> {
    const chosen = samples[Number(this.sample.value || NaN)];
    const written = localStorage.getItem(KEY);
    if (!chosen && written === null) this.sample.value = '0';
    this.editor.text = chosen?.yaml ?? written ?? samples[0]?.yaml ?? '';
    await this.plan();
    return this;
  }

  /** Pictures are of no use here. */
  async give(): Promise<void> {}

  private typed(): void {
    localStorage.setItem(KEY, this.editor.text);
    this.sample.value = '';
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.plan(), PAUSE_MS);
  }

  private async plan(): Promise<void> {
    this.planning?.abort();
    const planning = new AbortController();
    this.planning = planning;
    this.busy(true);
    try {
      const drawn = await this.engine.run('plan', { yaml: this.editor.text }, { signal: planning.signal });
      if (planning.signal.aborted) return;
      this.showErrors([]);
      this.place.hidden = false;
      showPlan(this.place, drawn);
    } catch (error) {
      if (!planning.signal.aborted) this.showErrors(errorsIn(error));
    } finally {
      if (this.planning === planning) this.busy(false);
    }
  }

  private busy(is: boolean): void {
    this.place.closest('section')?.setAttribute('aria-busy', String(is));
  }

  /** Underlines each at its place, and says what is wrong with a way to get there. */
  private showErrors(errors: readonly SensoriumError[]): void {
    this.editor.mark(errors.flatMap((error) => spotOf(error) ?? []));
    const items = errors.map((error) => element('li', {}, ...this.wordsOf(error)));
    this.problems.replaceChildren(...(items.length > 0 ? [element('ul', {}, ...items)] : []));
    const waiting = byId('plan-waiting', HTMLElement);
    waiting.hidden = items.length === 0;
    waiting.textContent = this.place.hidden ? 'The manifest has to be mended first.' : 'As it was before the mistake:';
    this.place.classList.toggle('stale', items.length > 0);
  }

  private wordsOf(error: SensoriumError): (Node | string)[] {
    const spot = spotOf(error);
    const { message, hint } = error;
    const todo = hint ? [element('span', { class: 'todo' }, hint)] : [];
    if (!spot) return [message, ...todo];
    const place = element('button', { type: 'button' }, `Line ${spot.line}, column ${spot.column}`);
    place.addEventListener('click', () => this.editor.goTo(spot));
    return [place, ` ${message}`, ...todo];
  }
}

function errorsIn(error: unknown): SensoriumError[] {
  if (!SensoriumError.is(error)) {
    return [new SensoriumError({ code: 'SENSORIUM_UNEXPECTED', message: String(error) })];
  }
  return error.cause instanceof AggregateError ? (error.cause.errors as SensoriumError[]) : [error];
}

function spotOf({ location }: SensoriumError): Spot | undefined {
  const { line, column } = location ?? {};
  return line === undefined || column === undefined ? undefined : { line, column };
}
