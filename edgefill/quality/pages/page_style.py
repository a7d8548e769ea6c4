"""The style sheet of the quality report, for light and dark screens and for print."""

from __future__ import annotations

# first, selection, revision and person are all accepted, so they share a hue
STYLE = """
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1c2126; --soft: #5b6570; --line: #dfe3e7; --panel: #f5f7f9;
  --first: #1a6b50; --selection: #36a07b; --revision: #7cc8a6; --person: #4a86c8;
  --held: #e2a72e; --failed: #c2483d; --open: #c5ccd3;
  --on-dark: #fff; --on-light: #1c2126;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --ink: #e4e8ec; --soft: #9aa5b0; --line: #323a42; --panel: #1d2329;
    --first: #1f7d5e; --selection: #3aa883; --revision: #86cfae; --person: #5b95d6;
    --failed: #cf564a; --open: #4b555f;
  }
}
* { box-sizing: border-box }
body {
  background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  margin: 2rem auto; max-width: 68rem; padding: 0 1.25rem;
}
h1 { font-size: 1.7rem; margin: 0 } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem }
p, figcaption { color: var(--soft); margin: .25rem 0 1rem; max-width: 48rem }
figure { margin: 0 } figcaption { font-size: .875rem }
.cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)) }
.cards div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem }
.cards b { display: block; font-size: 1.6rem; line-height: 1.2 }
.cards span { color: var(--soft); font-size: .875rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums;
  width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0; text-align: left;
  vertical-align: top }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
.bars td { white-space: nowrap } .bars td:nth-child(3) { width: 45%; min-width: 16rem }
.bar { border-radius: .25rem; display: flex; height: 1.5rem; overflow: hidden }
.bar span { font-size: .8rem; line-height: 1.5rem; min-width: 0; overflow: hidden;
  text-align: center; flex-basis: 0 }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; margin: .5rem 0 }
.legend i { border-radius: .2rem; display: inline-block; height: .8rem; margin-right: .4rem;
  width: .8rem }
.first, .selection, .person, .failed { color: var(--on-dark) }
.revision, .held { color: var(--on-light) }
.first { background: var(--first) } .selection { background: var(--selection) }
.revision { background: var(--revision) } .person { background: var(--person) }
.held { background: var(--held) } .failed { background: var(--failed) }
.open { background: var(--open) }
.plots { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)) }
svg { display: block; width: 100% }
svg text { fill: var(--soft); font-size: 12px; paint-order: stroke; stroke: var(--page);
  stroke-width: 4px }
svg .grid { stroke: var(--line) }
svg .ideal, svg .threshold { stroke: var(--soft); stroke-dasharray: 4 4 }
svg .passed { fill: var(--selection) } svg .refused { fill: var(--failed) }
svg circle.people { fill: var(--person) } svg circle.critic { fill: var(--held) }
svg polyline { fill: none; stroke-width: 2 }
svg polyline.people { stroke: var(--person) } svg polyline.critic { stroke: var(--held) }
i.people { background: var(--person) } i.critic { background: var(--held) }
i.passed { background: var(--selection) } i.refused { background: var(--failed) }
article { border-left: 4px solid var(--line); margin: 0 0 1rem; padding: 0 0 0 1rem }
article.yes { border-color: var(--selection) } article.no { border-color: var(--failed) }
article header { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere }
code { font: .9em ui-monospace, monospace }
article header b { color: var(--ink) }
article pre { font: .95rem/1.5 ui-monospace, monospace; margin: .25rem 0; overflow-wrap: anywhere;
  unicode-bidi: isolate; white-space: pre-wrap }
@media print { article, figure { break-inside: avoid } }
"""
