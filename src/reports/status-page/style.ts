// The status page's style sheet: light and dark by what the reader's system says, one column on a phone. Colours of the
// tiers differ in lightness too, so that they can be told apart without seeing colours.

export const STYLE = `
:root{--bg:#f6f8fa;--card:#fff;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--good:#1a7f37;--warning:#9a6700;--critical:#cf222e;--goodbg:#dafbe1;--warningbg:#fff8c5;--criticalbg:#ffebe9;--accent:#0969da;--none:#e4e8ec;--bad:#cf222e;--hourly:#b6dcff;--daily:#54a3f5;--weekly:#0969da;--monthly:#0a3f8f;--yearly:#051f4a;--pre-migration:#a475f9;--manual:#2da44e;--safety:#8c959f}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#151b23;--ink:#f0f6fc;--soft:#9198a1;--line:#3d444d;--good:#3fb950;--warning:#d29922;--critical:#ff7b72;--goodbg:#12261e;--warningbg:#2e2511;--criticalbg:#35171b;--accent:#58a6ff;--none:#262c36;--bad:#f85149;--hourly:#0c3a6e;--daily:#1f6feb;--weekly:#58a6ff;--monthly:#a5d6ff;--yearly:#ffffff;--pre-migration:#ab7df8;--manual:#3fb950;--safety:#656c76}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1040px;padding:16px;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:24px;line-height:1.3;margin:8px 0}h2{font-size:19px;margin:0 0 12px;overflow-wrap:anywhere}h3{font-size:14px;margin:20px 0 8px;color:var(--soft);font-weight:600}
p{margin:4px 0}code{font:13px ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}a{color:var(--accent)}small{color:var(--soft);font-size:13px}
.verdict{font-size:17px}.place,footer{color:var(--soft)}footer{font-size:13px;margin:16px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px;margin:16px 0}
.state{display:inline-block;font-size:13px;font-weight:600;padding:1px 10px;border-radius:12px;white-space:nowrap;vertical-align:middle}
.state.good{color:var(--good);background:var(--goodbg)}.state.warning{color:var(--warning);background:var(--warningbg)}.state.critical{color:var(--critical);background:var(--criticalbg)}
.findings{list-style:none;margin:0 0 12px;padding:0}.findings li{border-left:4px solid;padding:4px 12px;margin:4px 0}.findings .warning{border-color:var(--warning);background:var(--warningbg)}.findings .critical{border-color:var(--critical);background:var(--criticalbg)}
td .critical{color:var(--critical)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}.facts dt{color:var(--soft);font-size:13px}.facts dd{margin:0;font-size:17px;font-weight:600}.facts small{display:block;font-weight:400}
figure{margin:0}.calendar svg{display:block;width:100%;max-width:689px;height:107px}.calendar text{font-size:11px;fill:var(--soft)}
figcaption{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:13px;color:var(--soft);margin-top:8px}figcaption span{display:inline-flex;align-items:center}.k{display:inline-block;width:11px;height:11px;margin-right:6px;border-radius:2px}
${['none', 'bad', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'pre-migration', 'manual', 'safety']
  .map(shade => `.c-${shade}{fill:var(--${shade});background:var(--${shade})}`)
  .join('')}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:24px}
.chart{display:grid;grid-template-columns:auto 1fr;gap:4px 8px}.chart svg{width:100%;height:120px;display:block}.axis{display:flex;flex-direction:column;justify-content:space-between;text-align:right}.axis,.days{font-size:12px;color:var(--soft)}.days{grid-column:2;display:flex;justify-content:space-between}
.grid{stroke:var(--line);fill:none;vector-effect:non-scaling-stroke}.area{fill:var(--accent);opacity:.15}.line{stroke:var(--accent);fill:none;stroke-width:2;vector-effect:non-scaling-stroke}.bar{fill:var(--good)}.bar.bad{fill:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);font-weight:400;vertical-align:top}thead th{color:var(--soft);font-size:13px;white-space:nowrap}tbody tr:last-child>*{border-bottom:0}th[scope=row]{white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;padding:4px 0}details ul{margin:4px 0;padding-left:20px}details{margin-top:12px}h3+details{margin-top:0}
@media (max-width:640px){body{padding:8px}.pair{grid-template-columns:1fr;gap:0}.wide{display:none}.card{padding:12px}h1{font-size:20px}}
`;
