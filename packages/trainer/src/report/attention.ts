import { required } from '@sensorium/contracts';
import type { AttentionShares } from '@sensorium/orchestrator';
import { formatPercent } from './format.js';
import { html, type Html } from './html.js';

const nameOf = (input: string | null): Html =>
  input === null ? html`<i>its own tokens</i>` : html`<bdi>${input}</bdi>`;

/** How much of their attention the tokens of one input give those of another: a row looks, a column is looked at. */
export const renderAttention = ({ name, from, to, shares }: AttentionShares): Html =>
  html`<section class="panel">
    <h4><bdi>${name}</bdi></h4>
    <div class="scroll" role="group" aria-label="Attention of ${name}" tabindex="0">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">from ↓ to →</th>
            ${to.map((input) => html`<th scope="col"><span class="upright">${nameOf(input)}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${from.map(
            (input, row) =>
              html`<tr>
                <th scope="row"><span class="label">${nameOf(input)}</span></th>
                ${required(shares[row], 'a row of shares').map(
                  (share) =>
                    html`<td class="right" style="--strength:${share.toFixed(3)}">${formatPercent(share)}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
