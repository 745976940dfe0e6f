// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the page looks: light and dark, as the reader's system has it; on paper without the folds.

#pragma once

namespace handrail_check {

inline constexpr char html_style[] = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2530; --soft: #5b6776; --line: #dbe0e7;
  --code: #f1f3f6; --mark: #fff3bf; --certain: #c92a2a; --possible: #b35900; --note: #0b7285;
  --good: #2b8a3e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --card: #1d232a; --text: #e4e8ed; --soft: #9aa6b4; --line: #323b46;
    --code: #161b21; --mark: #4a3f14; --certain: #ff8787; --possible: #ffb366; --note: #66d9e8;
    --good: #8ce99a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { font-size: 22px; margin: 0 0 4px; }
code, .mono, svg text.name { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.command { color: var(--soft); overflow-wrap: anywhere; }
.summary { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 18px; min-width: 108px; }
.tile b { display: block; font-size: 24px; line-height: 1.2; }
.tile span { color: var(--soft); font-size: 13px; }
.certain { --grade: var(--certain); } .possible { --grade: var(--possible); } .note { --grade: var(--note); }
.good { --grade: var(--good); }
.tile b { color: var(--grade, var(--text)); }
.missing { border-left: 4px solid var(--possible); background: var(--card); padding: 8px 16px; margin: 0 0 16px; }
h2.source { font-size: 16px; color: var(--soft); margin: 28px 0 12px; font-weight: 600; }
nav ol { list-style: none; margin: 0 0 28px; padding: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
nav li + li { border-top: 1px solid var(--line); }
nav a { display: flex; gap: 14px; padding: 8px 16px; color: inherit; text-decoration: none; align-items: baseline; }
nav a:hover { background: var(--code); }
nav .mono { overflow-wrap: anywhere; }
article { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--grade);
  border-radius: 10px; padding: 18px 24px 20px; margin: 0 0 20px; }
article h3 { margin: 0; font-size: 17px; line-height: 1.45; overflow-wrap: anywhere; }
.id { font-weight: 700; white-space: nowrap; }
.pill { font-size: 12px; font-weight: 600; color: var(--grade); border: 1px solid var(--grade); border-radius: 99px;
  padding: 1px 9px; margin: 0 6px; white-space: nowrap; }
.sentence { margin: 2px 0 14px; color: var(--soft); }
.advice { margin: 0 0 16px; padding: 8px 14px; border-radius: 8px; background: var(--code); }
.advice b { color: var(--grade); }
.halves { display: flex; flex-wrap: wrap; gap: 20px 40px; }
.drawing { overflow-x: auto; max-width: 100%; }
.facts { flex: 1 1 380px; min-width: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0 0 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ol.steps { margin: 0; padding: 0 0 0 22px; } ol.steps li { margin: 0 0 10px; font: 13.5px/1.6 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.chip, details { font-family: system-ui, "DejaVu Sans", sans-serif; } .chip { font-size: 12px; color: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0 6px; white-space: nowrap; }
details { margin: 6px 0 0; } summary { cursor: pointer; color: var(--soft); }
pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; margin: 6px 0 0; padding: 8px 0; background: var(--code); border-radius: 8px; overflow-x: auto; font-size: 13px; line-height: 1.45; }
pre span { display: block; padding: 0 14px; min-width: max-content; } pre i { color: var(--soft); font-style: normal; user-select: none; }
pre .here { background: var(--mark); }
footer { color: var(--soft); font-size: 13px; padding-top: 8px; padding-bottom: 40px; }
svg { display: block; max-width: 100%; height: auto; }
svg .box { fill: var(--code); stroke: var(--line); stroke-width: 1.2; }
svg .first { stroke: var(--grade); stroke-width: 2; }
svg .more { stroke-dasharray: 4 4; fill: none; }
svg text { fill: var(--text); font-size: 13px; white-space: pre; }
svg text.location, svg text.evidence { fill: var(--soft); font-size: 12px; font-family: system-ui, "DejaVu Sans", sans-serif; }
svg .arrow { fill: none; stroke: var(--grade); stroke-width: 1.6; }
svg .tip { fill: var(--grade); }
@media print { nav { display: none; } article { break-inside: avoid; } }
)css";

}  // namespace handrail_check
