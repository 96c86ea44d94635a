import type { Example, Metrics } from '../metrics.js';
import { renderConfusion } from './confusion.js';
import { renderExamples } from './examples.js';
import { formatCount, formatSeconds } from './format.js';
import { clip, html, trusted, type Content, type Html } from './html.js';
import { formatScore, metricOf } from './metric.js';
import { decisiveScores, renderScores, type DecisiveScores } from './scores.js';
import { section } from './section.js';
import { styles } from './styles.js';
import { renderTraining } from './training.js';

export interface ReportOptions {
  readonly metrics: Metrics;
  /** 24 wrong and 24 right ones are shown, of several heads fewer of each. Pictures are read from their `source`. */
  readonly examples: readonly Example[];
  /** As `formatPlan` writes it. */
  readonly plan: string;
  readonly manifestText: string;
}

/** Characters of a manifest, which may hold a large vocabulary. */
const MANIFEST = 200_000;

/** Nothing but what is in the file: no script runs, nothing is fetched, whatever a label or a cell says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * A training as one HTML file, below about 2 MB, that needs nothing outside itself: key figures, curves, scores,
 * confusion, examples with their pictures, plan and manifest. A picture that cannot be read is replaced by a note.
 */
export async function renderReport({ metrics, examples, plan, manifestText }: ReportOptions): Promise<string> {
  const scores = decisiveScores(metrics);
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
          ${scores && renderConfusion(scores)} ${await renderExamples(examples, scores)} ${planSection(plan)}
          ${manifestSection(manifestText)}
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

function keyFigures(metrics: Metrics, scores: DecisiveScores | undefined): Html {
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

/** Of each head its deciding score, and how far its probabilities can be relied on. */
function scoreFigures(scores: DecisiveScores | undefined): Figure[] {
  if (!scores) return [];
  const heads = Object.entries(scores.heads);
  const sample = `${formatCount(scores.rows)} ${scores.source} rows`;
  return heads.flatMap(([head, { primary, values }]) =>
    [primary, 'calibrationError'].flatMap((name) => {
      const value = values[name];
      const title = heads.length > 1 ? `${metricOf(name).title}, ${head}` : metricOf(name).title;
      return value === undefined
        ? []
        : [{ title, value: formatScore(name, value), note: name === primary ? sample : 'lower is better' }];
    }),
  );
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
