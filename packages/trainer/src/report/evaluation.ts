import type { Evaluation } from '../evaluate.js';
import type { DataExplanation } from '../explain/explain-data.js';
import { robustnessPanels } from '../robustness/panels.js';
import { renderBars } from './bars.js';
import { renderDocument } from './document.js';
import { untrained } from './explanation.js';
import { formatCount, formatValue } from './format.js';
import { renderWarnings } from './header.js';
import { html, type Html } from './html.js';
import { renderHeads, showPanels, sightsOfPanels, type ShownPanels } from './panels.js';
import { intervalNote, scoreTable } from './scores.js';
import { section } from './section.js';
import { embed, type Embedded } from './sight.js';

/** How good a model is on a table, as one HTML file that needs nothing outside itself. */
export async function renderEvaluation(model: string, evaluation: Evaluation): Promise<string> {
  const { rows, backend, scores, robustness, explanation, warnings } = evaluation;
  const panels = await showPanels(scores);
  const embedded = await embed(sightsOfPanels(panels));
  const disturbed = robustness && (await showPanels(robustnessPanels(robustness)));
  return renderDocument(
    `${model}: evaluation`,
    html`<header>
        <p class="kind">Evaluation</p>
        <h1><bdi>${model}</bdi></h1>
        <p>${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} on ${backend.backend}.</p>
      </header>
      ${renderWarnings({ warnings })} ${renderScores(evaluation)}
      ${disturbed && renderRobustness(disturbed, robustness.notes, embedded)}
      ${explanation && renderShares(explanation)} ${renderCloser(panels, embedded)}`,
  );
}

function renderScores({ rows, scores }: Evaluation): Html {
  const heads = Object.entries(scores);
  if (heads.length === 0) return section('scores', 'Scores', html`<p>No head of this model has a meter.</p>`);
  const tables = heads.map(([head, own]) => scoreTable(head, [{ title: 'Value', rows, scores: own }]));
  return section('scores', 'Scores', [intervalNote, tables]);
}

const renderRobustness = (panels: ShownPanels, notes: readonly string[], embedded: Embedded): Html =>
  section('robustness', 'Robustness', [
    renderHeads(panels, embedded),
    notes.map((note) => html`<p class="note">${note}</p>`),
  ]);

/** The means of Shapley values over rows. */
function renderShares({ head, rows, value, none, unit, shapley, neverMissing }: DataExplanation): Html {
  const bars = Object.fromEntries(Object.entries(shapley).map(([input, { mean }]) => [input, mean]));
  return section('shares', 'What each input contributes', [
    html`<p class="note">
      To <bdi>${head}</bdi>, in the mean over ${formatCount(rows)} rows. Without any input the number would be
      ${formatValue(none, unit)}, with all it is ${formatValue(value, unit)}; the Shapley values of the inputs sum to
      the difference. ${neverMissing.length > 0 && untrained(neverMissing)}
    </p>`,
    renderBars({ bars, unit }),
  ]);
}

function renderCloser(panels: ShownPanels, embedded: Embedded): Html | undefined {
  const heads = renderHeads(panels, embedded);
  return heads.length > 0 ? section('panels', 'A closer look', heads) : undefined;
}
