import { required } from '@sensorium/contracts';
import type { Example, Metrics } from '../metrics.js';
import { renderExamples, sightsOfExamples } from './examples.js';
import { formatCount, formatSeconds, formatValue } from './format.js';
import { clip, html, trusted, type Content, type Html } from './html.js';
import { directionOf, titleOf } from './metric.js';
import { renderPanels, showPanels, sightsOfPanels } from './panels.js';
import { renderScores, speakingScores, type SpeakingScores } from './scores.js';
import { section } from './section.js';
import { embed } from './sight.js';
import { styles } from './styles.js';
import { renderTraining } from './training.js';

export interface ReportOptions {
  readonly metrics: Metrics;
  /** All are shown, in their order. */
  readonly examples: readonly Example[];
  /** As `formatPlan` writes it. */
  readonly plan: string;
  readonly manifestText: string;
}

/** Characters of a manifest, which may hold a large vocabulary. */
const MANIFEST = 200_000;

/** Nothing but what is in the file: no script runs, nothing is fetched, whatever a label or a cell says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:";

/**
 * A training as one HTML file that needs nothing outside itself, below about 2 MB besides sounds: key figures, curves,
 * scores, panels, examples, plan and manifest. It knows no task: panels, metrics and modalities say how all of it is shown.
 */
export async function renderReport({ metrics, examples, plan, manifestText }: ReportOptions): Promise<string> {
  const scores = speakingScores(metrics);
  const panels = await showPanels(scores?.heads ?? {});
  const embedded = await embed([...sightsOfExamples(examples), ...sightsOfPanels(panels)]);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${metrics.name}: training report</title>
        <style>
          ${trusted(styles)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="kind">Training report</p>
            <h1>${metrics.name}</h1>
          </header>
          ${keyFigures(metrics, scores)} ${renderTraining(metrics)} ${renderScores(metrics)}
          ${scores && renderPanels(scores, panels, embedded)} ${renderExamples(examples, scores, embedded)}
          ${planSection(plan)} ${manifestSection(manifestText)}
        </main>
      </body>
    </html> `;
  return page.markup;
}

interface Figure {
  readonly title: string;
  readonly value: string;
  readonly note?: string;
}

function keyFigures(metrics: Metrics, scores: SpeakingScores | undefined): Html {
  const { history, bestEpoch, seconds, parameters, rows, backend } = metrics;
  const figures: Figure[] = [
    ...scoreFigures(scores),
    { title: 'Epochs', value: formatCount(history.length), note: `the best: ${bestEpoch}` },
    { title: 'Training time', value: formatSeconds(seconds), note: `on ${backend}` },
    { title: 'Parameters', value: formatCount(parameters) },
    {
      title: 'Training rows',
      value: formatCount(rows.train),
      note: `validation ${formatCount(rows.validation)}, test ${formatCount(rows.test)}`,
    },
  ];
  return html`<dl class="figures">
    ${figures.map(
      ({ title, value, note }) =>
        html`<div>
          <dt>${title}</dt>
          <dd>${value}${note && html`<small>${note}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Of each head the metric by which models are compared. */
function scoreFigures(scores: SpeakingScores | undefined): Figure[] {
  if (!scores) return [];
  const heads = Object.entries(scores.heads);
  return heads.map(([head, { decides, metrics }]) => {
    const metric = required(metrics[decides], `the metric "${decides}" of "${head}"`);
    const title = titleOf(decides, metric);
    return {
      title: heads.length > 1 ? `${title}, ${head}` : title,
      value: formatValue(metric.value, metric.unit),
      note: `${directionOf(metric)}; ${formatCount(scores.rows)} ${scores.source} rows`,
    };
  });
}

const preformatted = (title: string, text: Content): Html =>
  html`<pre tabindex="0" role="region" aria-label="${title}">${text}</pre>`;

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
