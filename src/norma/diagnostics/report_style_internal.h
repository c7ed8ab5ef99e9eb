#pragma once

/// \file
/// The look of the report.

#include <string_view>

namespace norma::diagnostics {

inline constexpr std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #1d1c1a; --soft: #6b6862; --line: #e4e1da;
  --accent: #0f766e; --accent-soft: #d7ebe8; --bad: #b42318; --bad-soft: #fbe4e1; --good: #1a7f4b;
  --good-soft: #ddf1e5; --code: #f3f1ec;
  --s0: #0f766e; --s1: #c2703d; --s2: #5b6fb5; --s3: #b5893a; --s4: #8a5a9e; --s5: #4f8a4c;
  --s6: #b5566b; --s7: #6f7a80;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #161715; --card: #1f211e; --ink: #e9e6df; --soft: #9d998f; --line: #33352f;
    --accent: #5cc2b5; --accent-soft: #1e3b38; --bad: #f0897d; --bad-soft: #472420; --good: #7fd0a0;
    --good-soft: #1f3a2a; --code: #191a18;
    --s0: #4fb3a6; --s1: #d98f5f; --s2: #8294d6; --s3: #d0a95c; --s4: #b286c6; --s5: #7bb878;
    --s6: #d77f92; --s7: #97a2a8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
code, pre { font: 12.5px/1.6 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
.mark { color: var(--accent); font-weight: 700; letter-spacing: .08em; font-size: 13px; }
h1 { font-size: 30px; line-height: 1.2; margin: 6px 0 10px; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 18px; font-weight: 650; margin: 44px 0 14px; }
h2 small, h3 small { color: var(--soft); font-weight: 400; font-size: 14px; margin-left: 6px; }
h3 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 22px 0 8px; }
.facts { color: var(--soft); display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; }
.facts b { color: var(--ink); font-weight: 550; }
.pill { border-radius: 99px; padding: 2px 11px; font-size: 13px; font-weight: 600;
  background: var(--good-soft); color: var(--good); }
.pill.bad { background: var(--bad-soft); color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
  margin: 28px 0 0; }
.tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 16px 18px; }
.tile .name { color: var(--soft); font-size: 13px; }
.tile .value { font-size: 25px; font-weight: 620; letter-spacing: -.01em; line-height: 1.25; white-space: nowrap; }
.tile .note { color: var(--soft); font-size: 13px; min-height: 1.5em; }
.tile.bad .value { color: var(--bad); }
.card { padding: 20px; }
.card.flush { padding: 0; overflow-x: auto; }
svg { display: block; width: 100%; height: 26px; border-radius: 6px; }
.legend { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 4px 36px;
  margin: 16px 0 0; padding: 0; list-style: none; }
.legend li { display: flex; align-items: baseline; gap: 8px; }
.legend i { width: 10px; height: 10px; border-radius: 3px; flex: none; }
.legend span { flex: 1; overflow-wrap: anywhere; }
.legend em { color: var(--soft); font-style: normal; width: 3em; text-align: right; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 550; font-size: 13px; color: var(--soft); }
th, td { padding: 9px 18px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
td .comment { color: var(--soft); font-size: 13px; }
table.list { min-width: 720px; table-layout: fixed; }
.list th:first-child { width: 46%; } .list th:nth-child(2) { width: 14%; } .list th:nth-child(4) { width: 10%; }
.list th:last-child { width: 16%; }
td.bar { padding-left: 0; padding-top: 18px; }
td.bar div { height: 6px; border-radius: 3px; background: var(--accent); min-width: 2px; }
.quiet { color: var(--soft); }
details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 8px 0; }
summary { cursor: pointer; padding: 11px 18px; display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; }
summary::marker { content: ""; }
summary::before { content: "\203A"; color: var(--soft); font-weight: 700; width: .6em; transition: transform .1s; }
details[open] > summary::before { transform: rotate(90deg); }
summary b { font-weight: 600; overflow-wrap: anywhere; }
summary .right { margin-left: auto; color: var(--soft); }
summary .time { color: var(--soft); width: 5em; text-align: right; }
details .inside { padding: 0 18px 16px 32px; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px;
  margin: 8px 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 480px; overflow-y: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 4px 0 8px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 13px; margin-top: 48px; }
@media (max-width: 640px) {
  main { padding: 24px 14px 40px; }
  th, td { padding: 8px 12px; }
  summary { padding: 11px 12px; } details .inside { padding: 0 12px 12px; }
  table.list { min-width: 0; } .list th:first-child { width: auto; }
  .list th:nth-child(2) { width: 7.5em; } .list th:nth-child(4) { width: 5.5em; }
  .list th:nth-child(3), .list td.bar, .list th:last-child, .list td:last-child { display: none; }
}
@media print { details { break-inside: avoid; } main { padding: 0; } }
)css";

}  // namespace norma::diagnostics
