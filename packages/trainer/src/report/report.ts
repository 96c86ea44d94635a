import type { Example, Metrics, Variation } from '../metrics.js';
import { renderDocument } from './document.js';
import { renderExamples, sightsOfExamples } from './examples.js';
import { renderHeader, renderWarnings } from './header.js';
import { clip, html, type Content, type Html } from './html.js';
import { renderPanels, showPanels, sightsOfPanels } from './panels.js';
import { renderScores, speakingScores } from './scores.js';
import { section } from './section.js';
import { embed } from './sight.js';
import { renderTiles } from './tiles.js';
import { renderTraining } from './training.js';
import { renderVariations, sightsOfVariations } from './variations.js';

export interface ReportOptions {
  readonly metrics: Metrics;
  /** All are shown, in their order. */
  readonly examples: readonly Example[];
  readonly variations: readonly Variation[];
  /** As `formatPlan` writes it. */
  readonly plan: string;
  readonly manifestText: string;
}

/** Characters of a manifest, which may hold a large vocabulary. */
const MANIFEST = 200_000;

/**
 * A training as one HTML file that needs nothing outside itself, below about 2 MB besides sounds: key figures, curves,
 * scores, panels, examples, augmented samples, plan and manifest. It knows no task: panels, metrics and modalities say how all of it is shown.
 */
export async function renderReport({
  metrics,
  examples,
  variations,
  plan,
  manifestText,
}: ReportOptions): Promise<string> {
  const scores = speakingScores(metrics);
  const panels = await showPanels(scores?.heads ?? {});
  const embedded = await embed([
    ...sightsOfExamples(examples),
    ...sightsOfPanels(panels),
    ...sightsOfVariations(variations),
  ]);
  return renderDocument(
    `${metrics.name}: training report`,
    html`${renderHeader(metrics)} ${renderWarnings(metrics)} ${renderTiles(metrics, scores)} ${renderTraining(metrics)}
    ${renderScores(metrics)} ${scores && renderPanels(scores, panels, embedded)}
    ${renderExamples(examples, scores, embedded)} ${renderVariations(variations, embedded)} ${planSection(plan)}
    ${manifestSection(manifestText)}`,
  );
}

const preformatted = (title: string, text: Content): Html =>
  html`<pre tabindex="0" role="group" aria-label="${title}">${text}</pre>`;

const planSection = (plan: string): Html => section('plan', 'Plan', preformatted('Plan', plan));

const manifestSection = (manifestText: string): Html =>
  section(
    'manifest',
    'Manifest',
    html`<details>
      <summary>Every option, with its default spelled out</summary>
      ${preformatted('Manifest', clip(manifestText, MANIFEST))}
    </details>`,
  );
