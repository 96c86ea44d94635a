/** Blue is right and orange is wrong: told apart by everybody. */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #fff; --text: #1b1f24; --muted: #57606a; --line: #d8dee4;
  --right: 32 108 200; --wrong: 214 94 0; --right-text: #1b5fb3; --wrong-text: #a84800;
  --line-0: #1f6fd0; --line-1: #c75000; --line-2: #7a4fc0; --line-3: #1a7f5a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --surface: #171b21; --text: #e6e9ed; --muted: #9da7b3; --line: #303740;
    --right: 66 140 235; --wrong: 235 125 40; --right-text: #78b3ff; --wrong-text: #ff9f5a;
    --line-0: #6cadff; --line-1: #ff9a52; --line-2: #bb98ff; --line-3: #56cfa0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2, h3, h4, p, dl, dd, figure, ul, pre { margin: 0; padding: 0; }
h1 { font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin-bottom: .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
h4 { font-size: .9375rem; margin-bottom: .35rem; overflow-wrap: anywhere; }
h2 + h3 { margin-top: 0; }
small, .note, .kind { color: var(--muted); font-size: .875rem; }
main > section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem 1.5rem; margin-top: 1.25rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--right-text); }
summary + * { margin-top: .75rem; }
:focus-visible { outline: 2px solid var(--right-text); outline-offset: 2px; }
header p + p { margin-top: .25rem; }
header h1 + p { margin-top: .5rem; }
#warnings { border-color: var(--wrong-text); border-left-width: 5px; }
#warnings ul { padding-left: 1.1rem; }
#warnings li + li { margin-top: .6rem; }
#warnings small { display: block; }
code { font: .875em ui-monospace, monospace; }

.tiles, .facts { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
.tiles > div, .facts > div { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: .75rem 1rem; min-width: 0; }
.tiles > div { flex: 1 1 13rem; }
.tiles + .note { margin-top: .4rem; }
.tiles dt { font-weight: 650; line-height: 1.35; overflow-wrap: anywhere; }
.tiles dt small { display: block; font-weight: 400; }
.tiles dd { font-size: 1.75rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles dd small { display: block; font-weight: 400; font-size: .8125rem; line-height: 1.4; }
.gauge { position: relative; display: block; height: .55rem; margin: .3rem 0 .4rem; border-radius: 3px; background: var(--line); }
.gauge span { position: absolute; top: 0; bottom: 0; }
.gauge .reach { background: rgb(var(--right) / .45); border-radius: 2px; min-width: 2px; }
.gauge .value { border-left: 4px solid var(--line-0); margin-left: -2px; top: -3px; bottom: -3px; border-radius: 2px; }
.gauge .baseline { border-left: 2px solid var(--text); margin-left: -1px; top: -2px; bottom: -2px; }
.facts { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.facts dt { color: var(--muted); font-size: .875rem; }
.facts dd { font-size: 1.2rem; font-weight: 650; line-height: 1.4; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts small { display: block; font-weight: 400; font-size: .8125rem; }

.charts, .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 2rem; align-items: start; }
.charts { margin-top: 1rem; align-items: stretch; }
.panel { min-width: 0; }
.panel-matrix, .panel-table, .panel-gallery { grid-column: 1 / -1; }
.chart { display: flex; flex-direction: column; max-width: 27rem; }
.chart figcaption { font-weight: 600; overflow-wrap: anywhere; }
.plot { display: block; width: 100%; max-width: 27rem; height: auto; margin-top: auto; padding-top: .25rem; overflow: visible; }
.plot text { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums; }
.axis line { stroke: var(--line); }
.axis .base { stroke: var(--muted); }
.mark line { stroke: var(--muted); stroke-dasharray: 3 3; }
.mark text { fill: var(--text); font-weight: 600; }
.line polyline { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
.line circle { fill: currentColor; stroke: var(--surface); stroke-width: 1; }
.line-0, .line-4 { color: var(--line-0); }
.line-1, .line-5 { color: var(--line-1); } .line-1 polyline { stroke-dasharray: 6 3; }
.line-2, .line-6 { color: var(--line-2); } .line-2 polyline { stroke-dasharray: 2 3; }
.line-3, .line-7 { color: var(--line-3); } .line-3 polyline { stroke-dasharray: 9 3 2 3; }
.line-4 polyline { stroke-dasharray: 2 5; } .line-5 polyline { stroke-dasharray: 12 4; }
.line-6 polyline { stroke-dasharray: 6 3 2 3; } .line-7 polyline { stroke-dasharray: 3 2; }
.bin circle { fill: var(--line-0); stroke: var(--surface); stroke-width: 1.5; }
.bin line { stroke: var(--line-0); stroke-width: 2; }
.count { fill: var(--muted); fill-opacity: .28; }
.dots { fill: none; stroke: var(--line-0); stroke-width: 5; stroke-linecap: round; stroke-opacity: .55; }
.ideal { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 4; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .875rem; color: var(--muted); overflow-wrap: anywhere; }
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
.scores th small { margin-top: .1rem; }
.scores td { font-size: 1.0625rem; font-weight: 600; vertical-align: top; min-width: 5.5rem; }
.scores td small { font-size: .8125rem; }
.scores .direction { color: var(--muted); font-weight: 400; font-size: .875rem; white-space: nowrap; }
.zero { color: var(--muted); opacity: .6; }
.zero::after { content: "·" / "0"; }
.data td:first-child { padding-left: 0; }
.data .words { text-align: left; overflow-wrap: anywhere; min-width: 6rem; }
.bars { width: 100%; max-width: 34rem; table-layout: fixed; font-size: .875rem; }
.bars :is(th, td) { border: 0; padding: .15rem .4rem .15rem 0; }
.bars th { width: 35%; text-align: left; font-weight: 400; overflow-wrap: anywhere; }
.bars td { width: 5.5rem; white-space: nowrap; }
.bars :is(.track, .range) { width: auto; padding-right: 0; }
.track span { display: block; height: .7rem; min-width: 1px; border-radius: 2px; background: var(--line-0); }

.matrix { width: max-content; margin-top: .75rem; font-size: .875rem; border-collapse: separate; border-spacing: 2px; }
.matrix th, .matrix td { border: 0; padding: .3rem .35rem; }
.matrix td { min-width: 2.2rem; text-align: center; border-radius: 4px; }
.matrix th[scope=row], .matrix th:first-child { position: sticky; left: 0; z-index: 1; background: var(--surface); text-align: right; }
.matrix .label { display: block; margin-left: auto; width: max-content; max-width: 11rem; overflow-wrap: anywhere; line-height: 1.2; }
.matrix thead th:first-child { font-weight: 400; font-size: .75rem; }
.matrix thead th:not(:first-child) { padding: .2rem 0; text-align: center; }
.matrix .upright { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); height: max-content; max-height: 9rem; overflow-wrap: anywhere; text-align: left; line-height: 1.15; }
.matrix .margin, .matrix tfoot :is(td, th) { color: var(--muted); font-weight: 400; }
.matrix .zero { color: var(--muted); }
.matrix .right { background: rgb(var(--right) / calc(.06 + var(--strength) * .46)); }
.matrix .wrong { background: rgb(var(--wrong) / calc(.08 + var(--strength) * .5)); }
.key { padding: .05rem .4rem; border-radius: 4px; color: var(--text); }
.key.right { background: rgb(var(--right) / .4); }
.key.wrong { background: rgb(var(--wrong) / .4); }

.cards { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr)); gap: .75rem; }
.cards li { display: flex; flex-direction: column; gap: .5rem; border: 1px solid var(--line); border-radius: 10px; padding: .75rem; min-width: 0; font-size: .9375rem; overflow-wrap: anywhere; }
.cards img { display: block; width: 100%; height: 9rem; object-fit: contain; background: rgb(128 128 128 / .12); border-radius: 6px; }
.cards .pixels { image-rendering: pixelated; }
.cards .spectrogram { height: auto; margin-bottom: .35rem; }
.frames { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 2px; }
.frames img { height: auto; border-radius: 2px; }
.lanes > span { display: grid; grid-template-columns: 35% 1fr; gap: .4rem; align-items: center; font-size: .75rem; color: var(--muted); }
.lanes bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lanes svg { width: 100%; height: 1rem; }
.lanes polyline { fill: none; stroke: var(--line-0); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
/* As small as this, letters of axes cannot be read; the line below says what they are. */
.cards .axis text { display: none; }
.cards .line polyline { stroke-width: 3; }
.cards small { display: block; }
.cards audio { display: block; width: 100%; height: 2.25rem; }
.cards figcaption { color: var(--muted); font-size: .8125rem; margin-top: .2rem; }
.overlays { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); margin-top: .75rem; }
.overlays img { height: auto; max-height: 16rem; image-rendering: pixelated; }
.parts { display: block; line-height: 1.9; }
.parts > span { padding: .1rem .25rem; border-radius: 4px; }
.parts .for { background: rgb(var(--right) / calc(var(--strength) * .6)); }
.parts .against { background: rgb(var(--wrong) / calc(var(--strength) * .6)); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.weighted svg { height: 2.5rem; }
.weighted .for { fill: rgb(var(--right) / .7); }
.weighted .against { fill: rgb(var(--wrong) / .7); }
.cards .weighted polyline { stroke: var(--text); stroke-width: 1; }
.cards .worst { border-top: 3px solid var(--wrong-text); }
.cards .best { border-top: 3px solid var(--right-text); }
.text { display: block; white-space: pre-wrap; }
.missing { display: block; color: var(--muted); font-size: .8125rem; border: 1px dashed var(--line); border-radius: 6px; padding: .6rem; }
.input .name { display: block; color: var(--muted); font-size: .75rem; }
.answer { margin-top: auto; padding-top: .5rem; border-top: 1px solid var(--line); display: grid; gap: .35rem; }
.answer dt { color: var(--muted); font-size: .75rem; line-height: 1.2; }
.answer dd { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .5rem; font-weight: 600; }
.answer .detail dd { font-weight: 400; }
.strips { grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(5rem, 1fr)); gap: .5rem; }
.strip img { height: 6.5rem; }
.strip .spectrogram { height: auto; }
.strip .frames img { height: auto; }
.strip figure + figure small { display: none; }
.strip figure:first-child { border-right: 1px solid var(--line); padding-right: .5rem; }
.confidence { margin-left: auto; color: var(--muted); font-weight: 400; font-variant-numeric: tabular-nums; }

pre { font: .8125rem/1.55 ui-monospace, monospace; overflow: auto; max-height: 32rem; padding: 1rem; background: var(--page); border-radius: 8px; border: 1px solid var(--line); }

@media (max-width: 40rem) {
  main { padding: 1.25rem .75rem 2.5rem; }
  main > section { padding: 1rem; }
  h1 { font-size: 1.6rem; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .scores, .scores thead, .scores tbody { display: block; }
  .scores tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .scores :is(th, td) { border: 0; padding: .1rem .25rem; text-align: left; }
  .scores :is(th:first-child) { grid-column: 1 / -1; }
  .scores .chosen { background: rgb(var(--right) / .12); }
  .scores .chosen > * { background: none; }
  .scores td { font-size: 1.0625rem; }
  .scores small { font-size: .8125rem; line-height: 1.4; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .matrix .label { max-width: 6.5rem; }
  th, td { padding: .4rem .5rem; }
}
@media print {
  :root { color-scheme: light; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section, .tiles > div, .facts > div { break-inside: avoid; border-color: #ccc; }
  pre { max-height: none; white-space: pre-wrap; }
}
`;
