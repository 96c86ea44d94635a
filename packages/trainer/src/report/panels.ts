import type { Panel, Scores } from '@sensorium/contracts';
import { sightOf } from '../sight.js';
import { renderBars } from './bars.js';
import { renderBins } from './bins.js';
import { renderCurve } from './curve.js';
import { renderGallery, type ShownGallery } from './gallery.js';
import { html, type Html } from './html.js';
import { renderMatrix } from './matrix.js';
import { renderPoints } from './points.js';
import type { SpeakingScores } from './scores.js';
import { section } from './section.js';
import type { Embedded } from './sight.js';
import { renderTable } from './table.js';

/** A panel in which every value is visible. */
export type ShownPanel = Exclude<Panel, { kind: 'gallery' }> | ShownGallery;

/** Of each head. */
export type ShownPanels = Readonly<Record<string, readonly ShownPanel[]>>;

/** A gallery has no more than so many items on a page. */
const MOST_ITEMS = 60;

/** The panels of all heads, the values of galleries made visible. */
export async function showPanels(heads: Readonly<Record<string, Pick<Scores, 'panels'>>>): Promise<ShownPanels> {
  const shown: Record<string, ShownPanel[]> = {};
  for (const [head, { panels = [] }] of Object.entries(heads)) shown[head] = await Promise.all(panels.map(showPanel));
  return shown;
}

async function showPanel(panel: Panel): Promise<ShownPanel> {
  if (panel.kind !== 'gallery') return panel;
  const items = panel.items.slice(0, MOST_ITEMS).map(async ({ title, modality, value }) => ({
    title,
    sight: await sightOf({ modality, value }),
  }));
  return { ...panel, items: await Promise.all(items) };
}

/** What of panels has to be embedded. */
export const sightsOfPanels = (panels: ShownPanels) =>
  Object.values(panels)
    .flat()
    .flatMap((panel) => (panel.kind === 'gallery' ? panel.items.map(({ sight }) => sight) : []));

type Renderers = {
  readonly [K in ShownPanel['kind']]: (panel: Extract<ShownPanel, { kind: K }>, embedded: Embedded) => Html;
};

const renderers: Renderers = {
  matrix: renderMatrix,
  curve: renderCurve,
  points: renderPoints,
  bins: renderBins,
  bars: renderBars,
  table: renderTable,
  gallery: renderGallery,
};

/** How the answers of each head are, beyond its metrics. */
export function renderPanels({ source }: SpeakingScores, panels: ShownPanels, embedded: Embedded): Html | undefined {
  const heads = renderHeads(panels, embedded);
  if (heads.length === 0) return undefined;
  return section('panels', 'A closer look', [html`<p class="note">Over the ${source} rows.</p>`, heads]);
}

/** Of each head that has panels. */
export const renderHeads = (panels: ShownPanels, embedded: Embedded): Html[] =>
  Object.entries(panels)
    .filter(([, own]) => own.length > 0)
    .map(
      ([head, own]) =>
        html`<h3><bdi>${head}</bdi></h3>
          <div class="panels">${own.map((panel) => renderPanel(panel, embedded))}</div>`,
    );

function renderPanel<K extends ShownPanel['kind']>(panel: Extract<ShownPanel, { kind: K }>, embedded: Embedded): Html {
  const { kind, title, meaning } = panel;
  return html`<section class="panel panel-${kind}">
    <h4>${title}</h4>
    ${meaning !== undefined && html`<p class="note">${meaning}</p>`} ${renderers[kind](panel, embedded)}
  </section>`;
}
