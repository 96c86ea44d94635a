/** Blue is right and orange is wrong: told apart by everybody. */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #fff; --text: #1b1f24; --muted: #57606a; --line: #d8dee4;
  --right: 32 108 200; --wrong: 214 94 0; --right-text: #1b5fb3; --wrong-text: #a84800;
  --series-0: #1f6fd0; --series-1: #c75000; --series-2: #7a4fc0; --series-3: #1a7f5a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --surface: #171b21; --text: #e6e9ed; --muted: #9da7b3; --line: #303740;
    --right: 66 140 235; --wrong: 235 125 40; --right-text: #78b3ff; --wrong-text: #ff9f5a;
    --series-0: #6cadff; --series-1: #ff9a52; --series-2: #bb98ff; --series-3: #56cfa0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2, h3, p, dl, dd, figure, ul, pre { margin: 0; padding: 0; }
h1 { font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin-bottom: .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
h2 + h3 { margin-top: 0; }
small, .note, .kind { color: var(--muted); font-size: .875rem; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem 1.5rem; margin-top: 1.25rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--right-text); }
summary + * { margin-top: .75rem; }
:focus-visible { outline: 2px solid var(--right-text); outline-offset: 2px; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin-top: 1.5rem; }
.figures > div { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: .75rem 1rem; }
.figures dt { color: var(--muted); font-size: .875rem; overflow-wrap: anywhere; }
.figures dd { font-size: 1.3rem; font-weight: 650; line-height: 1.4; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures small { display: block; font-weight: 400; font-size: .8125rem; white-space: normal; }

.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 2rem; }
.curve { max-width: 34rem; display: flex; flex-direction: column; }
.curve figcaption { font-weight: 600; overflow-wrap: anywhere; }
.curve > svg { display: block; width: 100%; height: auto; margin-top: auto; padding-top: .25rem; overflow: visible; }
.curve text { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums; }
.axis line { stroke: var(--line); }
.axis .base { stroke: var(--muted); }
.best line { stroke: var(--muted); stroke-dasharray: 3 3; }
.best text { fill: var(--text); font-weight: 600; }
.series polyline { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
.series circle { fill: currentColor; stroke: var(--surface); stroke-width: 1.5; }
.series-0 { color: var(--series-0); }
.series-1 { color: var(--series-1); } .series-1 polyline { stroke-dasharray: 6 3; }
.series-2 { color: var(--series-2); } .series-2 polyline { stroke-dasharray: 2 3; }
.series-3 { color: var(--series-3); } .series-3 polyline { stroke-dasharray: 9 3 2 3; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; font-weight: 400; font-size: .875rem; color: var(--muted); }
.swatch { width: 26px; height: 8px; margin-right: .4rem; vertical-align: middle; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .75rem; text-align: right; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--muted); font-size: .875rem; vertical-align: bottom; }
th:first-child { text-align: left; padding-left: 0; }
.numbers { white-space: nowrap; font-size: .875rem; }
.chosen > * { background: rgb(var(--right) / .12); }
.scores { width: 100%; margin-bottom: .75rem; }
.scores small { display: block; font-weight: 400; max-width: 44rem; text-wrap: pretty; }
.scores td { font-size: 1.0625rem; font-weight: 600; vertical-align: top; }
.pairs td:nth-child(-n+2), .pairs th:nth-child(-n+2) { text-align: left; padding-left: 0; overflow-wrap: anywhere; }

.confusion { width: max-content; margin-top: .75rem; font-size: .875rem; border-collapse: separate; border-spacing: 2px; }
.confusion th, .confusion td { border: 0; padding: .3rem .45rem; }
.confusion td { min-width: 2.6rem; text-align: center; border-radius: 4px; }
.confusion th[scope=row], .confusion th:first-child { position: sticky; left: 0; z-index: 1; background: var(--surface); text-align: right; }
.confusion .label { display: block; margin-left: auto; width: max-content; max-width: 11rem; overflow-wrap: anywhere; line-height: 1.2; }
.confusion thead th:first-child { font-weight: 400; font-size: .75rem; }
.confusion thead th:not(:first-child) { padding: .2rem 0; text-align: center; }
.confusion .upright { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); height: max-content; max-height: 9rem; overflow-wrap: anywhere; text-align: left; line-height: 1.15; }
.confusion .margin, .confusion tfoot :is(td, th) { color: var(--muted); font-weight: 400; }
.confusion .zero { color: var(--muted); }
.confusion .right { background: rgb(var(--right) / calc(.06 + var(--strength) * .46)); }
.confusion .wrong { background: rgb(var(--wrong) / calc(.08 + var(--strength) * .5)); }
.key { padding: .05rem .4rem; border-radius: 4px; color: var(--text); }
.key.right { background: rgb(var(--right) / .4); }
.key.wrong { background: rgb(var(--wrong) / .4); }

.examples { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr)); gap: .75rem; }
.examples li { display: flex; flex-direction: column; gap: .5rem; border: 1px solid var(--line); border-radius: 10px; padding: .75rem; min-width: 0; font-size: .9375rem; }
.examples img { display: block; width: 100%; height: 9rem; object-fit: contain; background: rgb(128 128 128 / .12); border-radius: 6px; }
.examples .pixels { image-rendering: pixelated; }
.examples figcaption { color: var(--muted); font-size: .75rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin-top: .2rem; }
.cell, .missing { overflow-wrap: anywhere; }
.text { display: block; white-space: pre-wrap; }
.missing { color: var(--muted); font-size: .8125rem; border: 1px dashed var(--line); border-radius: 6px; padding: .6rem; min-height: 9rem; }
.input { display: block; color: var(--muted); font-size: .75rem; }
.answer { margin-top: auto; padding-top: .5rem; border-top: 1px solid var(--line); display: grid; gap: .35rem; }
.answer dt { color: var(--muted); font-size: .75rem; line-height: 1.2; }
.answer dd { overflow-wrap: anywhere; }
.sign, .wrong .probability { font-weight: 700; }
li.right .sign { color: var(--right-text); }
li.wrong .sign, li.wrong .probability { color: var(--wrong-text); }
.probability { float: right; color: var(--muted); font-variant-numeric: tabular-nums; }
.bar { display: block; height: 4px; margin-top: .25rem; border-radius: 2px; background: var(--line); clear: both; overflow: hidden; }
.bar span { display: block; height: 100%; background: rgb(var(--right)); }
li.wrong .bar span { background: rgb(var(--wrong)); }

pre { font: .8125rem/1.55 ui-monospace, monospace; overflow: auto; max-height: 32rem; padding: 1rem; background: var(--page); border-radius: 8px; border: 1px solid var(--line); }

@media (max-width: 40rem) {
  main { padding: 1.25rem .75rem 2.5rem; }
  section { padding: 1rem; }
  h1 { font-size: 1.6rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figures dd { font-size: 1.2rem; }
  .scores td { font-size: .9375rem; }
  .scores small { font-size: .8125rem; line-height: 1.4; }
  .examples { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .confusion .label { max-width: 6.5rem; }
  th, td { padding: .4rem .5rem; }
}
@media print {
  section, .figures > div { break-inside: avoid; border-color: #ccc; }
  pre { max-height: none; white-space: pre-wrap; }
}
`;
