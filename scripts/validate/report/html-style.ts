/**
 * Of the page. Colours are told apart by people who see no red or no green (after Okabe and Ito), and good and failed also
 * differ in place and sign. Paper is always light.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1c2128; --muted: #59636e; --line: #d8dee4; --soft: #eef1f4;
  --good: #0b6bb5; --bad: #c4390b; --bad-soft: #fdeee8; --good-soft: #e6f1fa;
  --stream-0: #c4390b; --stream-1: #0b6bb5; --stream-2: #00805c; --stream-3: #b0559a; --stream-4: #a86f00;
  --stream-5: #3b3f46;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #171b21; --text: #e6e9ee; --muted: #9aa4af; --line: #313842; --soft: #20262e;
    --good: #56b4e9; --bad: #ff8552; --bad-soft: #3a1f16; --good-soft: #12293a;
    --stream-0: #ff8552; --stream-1: #56b4e9; --stream-2: #2fc496; --stream-3: #e08fc6; --stream-4: #e6b23c;
    --stream-5: #c9cfd6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
}
main { max-width: 1020px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; text-wrap: balance; }
h2 { font-size: 19px; margin: 40px 0 12px; }
h3 { font-size: 15px; margin: 24px 0 8px; }
.card > h3:first-child { margin-top: 0; }
p { margin: 0 0 8px; }
.muted, small { color: var(--muted); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; }
.card + .card { margin-top: 16px; }
.verdict { border-left: 8px solid var(--good); }
.verdict.failed { border-left-color: var(--bad); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
pre { margin: 6px 0; padding: 8px 12px; background: var(--soft); border-radius: 6px; white-space: pre-wrap; }
.share { display: flex; gap: 2px; margin: 14px 0 4px; padding: 0; list-style: none; font-size: 12px; }
.share li {
  min-width: 17px; flex-basis: 0; height: 22px; line-height: 22px; text-align: center; background: var(--good-soft);
  color: var(--text); border-bottom: 3px solid var(--good);
}
.share li.failed { background: var(--bad-soft); border-bottom-color: var(--bad); font-weight: 700; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; font-size: 13px; color: var(--muted); }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > * { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
td.number:last-child, th.number:last-child { padding-right: 0; }
.scroll { overflow-x: auto; }
.streams td, .streams th { white-space: nowrap; }
.facts th { width: 130px; }
.gates tbody th { font-size: inherit; font-weight: 600; color: var(--text); }
.gates tbody th, .gates .mark { white-space: nowrap; }
.gates .measured { min-width: 45%; }
.evidence { margin: 0; padding-left: 20px; }
figure { margin: 20px 0 0; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 14px; font-weight: 600; margin-bottom: 2px; }
figcaption span { font-size: 13px; font-weight: 400; color: var(--muted); white-space: nowrap; }
.swatch { display: inline-block; width: 14px; height: 10px; margin: 0 5px 0 0; border-radius: 2px; }
.swatch.ok { background: var(--good); opacity: .4; }
.swatch.lost { background: var(--bad); }
.swatch.thick { height: 0; border-top: 3px solid var(--good); vertical-align: middle; }
.swatch.thin { height: 0; border-top: 1px solid var(--good); vertical-align: middle; }
.phases { margin: 8px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--muted); }
.phases li { display: inline-block; margin-right: 18px; }
.phases b { color: var(--text); font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
svg text { font-family: system-ui, sans-serif; fill: var(--muted); }
.role-axis-grid line { stroke: var(--line); }
.role-axis-tick line { stroke: var(--muted); }
.good > path { fill: var(--good); fill-opacity: .28; }
.failed > path { fill: var(--bad); }
.failed > path, [class*=" stream-"] > path { shape-rendering: crispEdges; }
.phase-line line { stroke: var(--text); stroke-opacity: .55; }
.no-failures text { paint-order: stroke; stroke: var(--card); stroke-width: 6px; }
.phase-label text { fill: var(--text); paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.latency-band > path { fill: var(--good); fill-opacity: .16; }
.p50 > path { stroke: var(--good); stroke-width: 2.2; }
.p99 > path { stroke: var(--good); stroke-width: 1; }
${[0, 1, 2, 3, 4, 5].map((i) => `.stream-${i} > path { fill: var(--stream-${i}); }\n.swatch.s${i} { background: var(--stream-${i}); }`).join('\n')}
.latencies { display: grid; grid-template-columns: 1fr 1fr; gap: 0 28px; }
.narrow { display: none; }
details { border-top: 1px solid var(--line); padding: 8px 0; }
details:first-of-type { border-top: 0; }
summary { cursor: pointer; }
@media screen and (max-width: 700px) {
  main { padding: 12px 8px 40px; }
  .card { padding: 12px; }
  .wide { display: none; }
  .narrow { display: block; }
  figcaption { font-size: 13px; gap: 0 10px; }
  .latencies { grid-template-columns: 1fr; }
  .gates thead { position: absolute; clip-path: inset(50%); }
  .gates, .gates tbody { display: block; }
  .gates tr { display: grid; grid-template-columns: 58px 1fr auto; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .gates tr:last-child { border-bottom: 0; }
  .gates td, .gates th { border: 0; padding: 0; }
  .gates .measured, .gates .limit { grid-column: 1 / -1; }
  .gates .limit { color: var(--muted); font-size: 13px; }
  .gates .limit::before { content: "limit: "; }
  .streams thead { position: absolute; clip-path: inset(50%); }
  .streams, .streams tbody { display: block; }
  .streams tr { display: flex; flex-wrap: wrap; gap: 0 14px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .streams tr:last-child { border-bottom: 0; }
  .streams td { border: 0; padding: 0; text-align: left; }
  .streams td:first-child { flex-basis: 100%; }
  .streams td::before { content: attr(data-name) " "; color: var(--muted); font-size: 13px; }
  .streams td:first-child::before { content: none; }
  .facts, .facts tbody, .facts tr, .facts th, .facts td { display: block; width: auto; }
  .facts th { border: 0; padding: 6px 0 0; }
}
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; }
  body { background: none; font-size: 12px; }
  main { max-width: none; padding: 0; }
  .card, figure, tr { break-inside: avoid; }
  .card.load { break-inside: auto; }
  h2, h3, summary { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
