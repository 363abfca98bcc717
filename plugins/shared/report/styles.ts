/** The look of the page, light or dark as the reader has it. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f2f4f7; --ink: #1c2127; --soft: #5b6470; --rule: #e2e6ea; --zero: #9aa3ad;
  --pv: #e0a100; --light: #f7e3a8; --battery: #15936f; --grid: #4a63c8; --load: #7c848d; --export: #b5bcc5; --missing: #dde1e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1d2126; --ink: #e7eaee; --soft: #9aa4b0; --rule: #2c323a; --zero: #5d6671;
    --pv: #f0b83a; --light: #463a18; --battery: #3fc79d; --grid: #8a9df2; --load: #9aa2ac; --export: #58616c; --missing: #333a43;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 .25rem; font-size: 1.1rem; }
p { margin: .25rem 0; color: var(--soft); max-width: 46rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0; }
.tiles div { background: var(--card); border-radius: .6rem; padding: .8rem 1rem; }
.tiles dt { color: var(--soft); font-size: .85rem; }
.tiles dd { margin: .1rem 0 0; font-size: 1.4rem; font-weight: 600; line-height: 1.3; white-space: nowrap; }
.tiles dd small { font-size: .8rem; font-weight: 400; color: var(--soft); }
.tiles dd + dd { white-space: normal; font-size: .8rem; font-weight: 400; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: .4rem 0 .2rem; padding: 0; list-style: none; font-size: .85rem; color: var(--soft); }
.legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: .2rem; vertical-align: -.08rem; }
.legend i.thin { height: 0; border-top: 2px solid; border-radius: 0; vertical-align: .22rem; }
.scroll { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; }
svg.chart { min-width: 44rem; }
.pv { fill: var(--pv); } .battery { fill: var(--battery); } .grid { fill: var(--grid); }
.light { fill: var(--light); } .daylight { fill: var(--card); } .missing { fill: var(--missing); } .export { fill: var(--export); } .hit { fill: transparent; }
g:hover > .hit { fill: var(--rule); fill-opacity: .5; }
.load { fill: none; stroke: var(--load); stroke-width: 1.2; }
.soc { fill: none; stroke: var(--battery); stroke-width: 1; stroke-dasharray: 3 2; }
.mark { stroke: var(--ink); stroke-width: 2.5; }
.rule { stroke: var(--rule); } .zero { stroke: var(--zero); } .hour { stroke: var(--zero); }
.tick { fill: var(--soft); font-size: 12px; }
i.pv { background: var(--pv); } i.battery { background: var(--battery); } i.grid { background: var(--grid); }
i.light { background: var(--light); } i.daylight { background: var(--card); border: 1px solid var(--rule); } i.missing { background: var(--missing); } i.export { background: var(--export); }
i.thin.load { border-color: var(--load); } i.thin.soc { border-color: var(--battery); border-top-style: dashed; } i.thin.mark { border-color: var(--ink); }
details { border-top: 1px solid var(--rule); }
details:last-of-type { border-bottom: 1px solid var(--rule); }
summary { padding: .55rem 0; cursor: pointer; }
summary span, figcaption span { color: var(--soft); }
summary span { font-size: .85rem; }
.days { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .9rem .8rem; padding: .5rem 0 1.2rem; }
.days.large { grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
figure { margin: 0; }
figcaption { display: flex; justify-content: space-between; white-space: nowrap; font-size: .8rem; }
svg.day { background: var(--card); border-radius: .4rem; }
table { border-collapse: collapse; margin-top: .5rem; font-size: .95rem; }
td { padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--rule); }
td:nth-child(2), td.number { text-align: right; font-weight: 600; white-space: nowrap; }
td:nth-child(3):not(.number) { color: var(--soft); }
tr.part td:first-child { padding-left: 1rem; }
@media print { details > .days { display: grid; } body { max-width: none; } }
`;
