/** Looks of the page, for light and dark and for any width. */
export const PAGE_STYLE = `
:root { color-scheme: light dark;
  --back: light-dark(#fbfbfa, #14171a); --card: light-dark(#fff, #1b1f23); --line: light-dark(#dfe2e0, #30363c);
  --text: light-dark(#1d2320, #e4e8e6); --dim: light-dark(#5a635f, #9aa5a0); --accent: light-dark(#0a6b3d, #5fd49a);
  --code: light-dark(#f1f4f2, #22282d);
  --get: light-dark(#0a6b3d, #5fd49a); --post: light-dark(#1b5fae, #7db6f5); --put: light-dark(#8a5a00, #e8b458);
  --patch: light-dark(#7a3fa0, #c99bea); --delete: light-dark(#ad2323, #f28b82); }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 4rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header > div, nav > div { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { padding: 1.5rem 0 .5rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h1 small { color: var(--dim); font-size: .9rem; font-weight: 400; white-space: nowrap; }
h2 { margin: 2.2rem 0 .2rem; font-size: 1.25rem; }
h3 { margin: 1.2rem 0 .3rem; font-size: .95rem; }
p { margin: .4rem 0; max-width: 46rem; }
.dim { color: var(--dim); }
a { color: var(--accent); }
nav { position: sticky; top: 0; z-index: 1; background: var(--back); border-bottom: 1px solid var(--line); }
nav > div { display: flex; gap: .9rem; align-items: center; padding-top: .5rem; padding-bottom: .5rem; overflow-x: auto; }
nav a { text-decoration: none; white-space: nowrap; font-size: .95rem; }
nav a:hover { text-decoration: underline; }
nav input { flex: 1 0 9rem; order: -1; min-width: 0; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .35rem .6rem; }
button { cursor: pointer; border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details.op { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }
details.op > summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline;
  padding: .5rem .8rem; list-style: none; }
details.op > summary::-webkit-details-marker { display: none; }
details.op > summary .dim { margin-left: auto; font-size: .9rem; }
details.op > div { padding: 0 .8rem .8rem; border-top: 1px solid var(--line); }
.method { font: 600 .8rem/1.6 ui-monospace, monospace; min-width: 3.6rem; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); }
.patch { color: var(--patch); } .delete { color: var(--delete); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: .3rem 0; padding: .6rem .8rem; background: var(--code); border-radius: .4rem; overflow: auto;
  max-height: 22rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; }
td:first-child { white-space: nowrap; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
form label { display: grid; font-size: .85rem; color: var(--dim); }
form input { width: 11rem; max-width: 100%; }
[hidden] { display: none !important; }
main { padding-bottom: 3rem; }
@media (max-width: 40rem) {
  details.op > summary .dim { margin-left: 0; width: 100%; }
  table, tbody, tr, td { display: block; } thead { display: none; }
  tr { border-bottom: 1px solid var(--line); padding: .3rem 0; } td { border: 0; padding: .05rem 0; }
}`;
