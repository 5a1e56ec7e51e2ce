/** No external assets: the console works on a train. Colours and spacing follow the mail page. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f6f5f2; --card: #fff; --ink: #1d2733; --soft: #5d6b7a; --line: #dfe3e8; --accent: #c8402f; --good: #1e7f4f; --warn: #a86400; --bar: #3d6fb6; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1d232b; --ink: #e8ebef; --soft: #9aa7b4; --line: #323b46; --accent: #ff8473; --good: #5fcf96; --warn: #f0b458; --bar: #6fa0e8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: inherit; text-underline-offset: .2em; }
a:hover { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
nav { max-width: 72rem; margin: 0 auto; padding: .75rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; }
nav strong { margin-right: .5rem; letter-spacing: .02em; }
nav a { padding: .25rem .6rem; border-radius: .5rem; text-decoration: none; }
nav a[aria-current] { background: var(--ground); font-weight: 600; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1rem; margin-bottom: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; overflow-wrap: anywhere; min-width: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th:last-child, td:last-child { padding-right: 0; }
th { color: var(--soft); font-weight: 500; font-size: .875rem; }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
.state { white-space: nowrap; }
.giving { overflow-wrap: anywhere; }
nav svg { width: 1.25rem; height: 1.25rem; vertical-align: -.2rem; margin-right: .4rem; fill: var(--accent); }
.messages > * + *, .process + .process { margin-top: .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.good { color: var(--good); }
.warn { color: var(--warn); }
.bad { color: var(--accent); font-weight: 600; }
.empty { border: 1px dashed var(--line); border-radius: .75rem; padding: 2.5rem 1rem; text-align: center; color: var(--soft); }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1rem; }
input, select, button { font: inherit; padding: .45rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; max-width: 100%; }
input { flex: 1 1 14rem; min-width: 0; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
.line { display: grid; grid-template-columns: 6.5rem 3.5rem 1fr; gap: 0 .75rem; padding: .15rem 0; border-bottom: 1px solid var(--line); font: .8125rem/1.5 ui-monospace, monospace; }
.line > :last-child { overflow-wrap: anywhere; min-width: 0; }
.span { display: grid; grid-template-columns: minmax(0, 24rem) 1fr 5rem; gap: .75rem; align-items: center; padding: .2rem 0; font-size: .875rem; }
.span .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.span .time { text-align: right; font-variant-numeric: tabular-nums; }
.track { background: var(--ground); border-radius: .25rem; height: .75rem; }
.bar { background: var(--bar); border-radius: .25rem; height: 100%; min-width: 2px; }
.bar.failed { background: var(--accent); }
details summary { cursor: pointer; list-style-position: inside; }
details[open] { margin-bottom: .5rem; }
details pre { margin: .75rem 0 0; font: .8125rem/1.5 ui-monospace, monospace; }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
details dl { font: .8125rem/1.5 ui-monospace, monospace; padding: .5rem 0 .5rem 1rem; }
@media (max-width: 40rem) {
  .line { grid-template-columns: 1fr 1fr; }
  .line > :last-child { grid-column: 1 / -1; }
  .span { grid-template-columns: 1fr 5rem; }
  .span .name { white-space: normal; }
  .span .track { grid-column: 1 / -1; grid-row: 2; }
  details dl { grid-template-columns: 1fr; }
  details dd { margin-bottom: .5rem; }
  .wide { display: none; }
  .span { gap: 0 .75rem; }
  .span .track { margin-bottom: .5rem; }
}`;
