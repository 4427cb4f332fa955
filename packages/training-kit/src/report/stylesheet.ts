// The report's look: calm, wide margins, the system's own typeface; light, dark, narrow and on paper.
import { colorsInTheDark } from './charts/palette.js';

// The charts carry plain colours so that their files stand alone; on a dark page the page's copies are recoloured here.
const darkCharts = Object.entries(colorsInTheDark)
  .flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((property) => `  .chart svg [${property}="${light}"] { ${property}: ${dark}; }`),
  )
  .join('\n');

export const stylesheet = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f6f8fa; --line: #d9dfe5; --ink: #1f2328; --soft: #57606a;
  --accent: #0b62a4; --right: #0a7152; --wrong: #b3400a; --stress: #eaf3fb; --bar: #7fb2d6; --shade: rgb(31 35 40 / 28%);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; max-width: 62rem; padding: 3.5rem 1.5rem 5rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 0 0 0.35rem; font-size: 1.3rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.005em; }
p { margin: 0 0 0.9rem; max-width: 44rem; }
.subtitle { margin: 0.5rem 0 0; color: var(--soft); font-size: 1.05rem; }
.note { color: var(--soft); margin-bottom: 1.1rem; }
.empty { color: var(--soft); padding: 1.4rem; border: 1px dashed var(--line); border-radius: 10px; max-width: none; }
section { margin-top: 3.5rem; }
.contents { margin-top: 1.5rem; }
.contents ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; margin: 0; padding: 0; list-style: none; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr)); gap: 1rem; margin: 2.2rem 0 0; }
.card { display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.15rem 1.05rem; }
.card dt { color: var(--soft); font-size: 0.88rem; }
.card dd { margin: 0; }
.card .value { font-size: 1.75rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.01em; }
.card .aside { color: var(--soft); font-size: 0.86rem; line-height: 1.45; }
.card .paper { margin-top: auto; padding-top: 0.5rem; }

figure { margin: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 2.2rem 1.6rem; margin-top: 1.2rem; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart svg.narrow { display: none; }
.chart figcaption { color: var(--soft); font-size: 0.88rem; line-height: 1.5; margin-top: 0.4rem; max-width: 44rem; }
.chart figcaption p { margin: 0; }
.chart.with-list { display: flex; flex-wrap: wrap; gap: 1.2rem 2.2rem; align-items: flex-start; }
.chart.with-list > div { flex: 0 1 auto; min-width: 0; }
.chart.with-list > figcaption { flex: 1 1 17rem; margin-top: 0; }
.chart figcaption h3 { margin: 0 0 0.4rem; font-size: 0.95rem; color: var(--ink); font-weight: 600; }
.chart figcaption ol { margin: 0 0 1rem; padding: 0; list-style: none; }
.chart figcaption li { padding: 0.22rem 0; border-bottom: 1px solid var(--line); }

/* What is wider than the screen has a shadow on the side where there is more; a cover that scrolls along hides it at the end. */
.scroll {
  overflow-x: auto; margin-top: 1rem;
  background:
    linear-gradient(to right, var(--page) 40%, transparent) left / 2.4rem 100% no-repeat local,
    linear-gradient(to left, var(--page) 40%, transparent) right / 2.4rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
}
table { border-collapse: collapse; min-width: min(100%, 30rem); font-size: 0.94rem; overflow-wrap: normal; }
caption { caption-side: bottom; text-align: left; color: var(--soft); font-size: 0.88rem; padding-top: 0.7rem; }
th, td { padding: 0.45rem 1.3rem 0.45rem 0.7rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
td { min-width: 5.5rem; }
th.number, td.number { text-align: right; padding: 0.45rem 0.7rem 0.45rem 1.3rem; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 550; font-size: 0.88rem; border-bottom: 1.5px solid var(--soft); }
tbody th { font-weight: 400; }
.paper-column { color: var(--soft); font-style: italic; }
tr.stress { background: var(--stress); }
tr.stress th, tr.stress td { font-weight: 620; }

.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.2rem, 1fr)); gap: 1.6rem 1.2rem; margin: 1.2rem 0 0; padding: 0; list-style: none; }
.gallery.large { grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
.gallery img { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--card); }
img.crisp { image-rendering: pixelated; }
.gallery figcaption { margin-top: 0.5rem; font-size: 0.86rem; line-height: 1.4; }
.status { display: block; font-weight: 620; }
.status.right { color: var(--right); }
.status.wrong { color: var(--wrong); }
.probabilities { margin: 0.45rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: 0.78rem; }
.probabilities li { display: grid; grid-template-columns: 1fr auto; column-gap: 0.5rem; margin-top: 0.25rem; }
.probabilities .track { grid-column: 1 / -1; height: 4px; border-radius: 2px; background: var(--line); overflow: hidden; }
.probabilities .track i { display: block; height: 100%; background: var(--bar); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.sheet { display: block; max-width: 100%; height: auto; margin-top: 1.2rem; }

.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; margin: 1rem 0 0; font-size: 0.94rem; }
.facts dt, .facts dd { margin: 0; padding: 0.42rem 0.7rem; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--soft); padding-right: 2rem; }

@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1b2026; --line: #323942; --ink: #e9ebee; --soft: #a9b2bc;
    --accent: #7cbcf0; --right: #4fc79c; --wrong: #f0935c; --stress: #1c2f40; --bar: #4d8ab5; --shade: rgb(233 235 238 / 34%);
  }
${darkCharts}
}
@media screen and (max-width: 40rem) {
  body { padding: 2rem 1.1rem 3.5rem; }
  h1 { font-size: 1.6rem; }
  section { margin-top: 2.75rem; }
  .cards { grid-template-columns: 1fr 1fr; gap: 0.7rem; }
  .card { padding: 0.8rem 0.85rem; }
  .card .value { font-size: 1.4rem; }
  .chart svg.wide { display: none; }
  .chart svg.narrow { display: block; }
  .gallery { grid-template-columns: repeat(auto-fill, minmax(7.6rem, 1fr)); gap: 1.2rem 0.9rem; }
  th, td { padding-right: 0.6rem; }
  td { min-width: 3.5rem; }
  th.number, td.number { padding-left: 0.4rem; }
  .facts { grid-template-columns: 1fr; }
  .facts dt { border-bottom: 0; padding: 0.5rem 0 0; font-size: 0.86rem; }
  .facts dd { padding: 0 0 0.5rem; }
}
@media print {
  @page { margin: 16mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .contents { display: none; }
  section { margin-top: 1.6rem; }
  h2 { break-after: avoid; }
  .card, .chart, .gallery li, tr, .sheet { break-inside: avoid; }
}
`.trim();
