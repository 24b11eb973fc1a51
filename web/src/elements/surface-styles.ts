// The look of the surface of J.
import { css } from "lit";

export const surfaceStyles = css`
.fields{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;align-items:end;margin-bottom:.6rem}
.both{display:grid;gap:.4rem 1.5rem}
.map{position:relative;aspect-ratio:1;width:100%;max-width:26rem;cursor:crosshair;touch-action:pan-y;border:1px solid var(--_line)}
.map :is(canvas,svg){position:absolute;inset:0;width:100%;height:100%;pointer-events:none}
.map polyline{fill:none;stroke:var(--_ink);stroke-width:1.1;opacity:.4}
.map .marked polyline{stroke-width:2.4;opacity:1}
.map .from{fill:var(--_paper);stroke:var(--_ink);stroke-width:1.2}
.cursor{fill:none;stroke:var(--_ink);stroke-width:1.5}
.kind0{fill:var(--_down)}.kind1{fill:var(--_up)}.kind2{fill:var(--_good)}
.kind3{fill:light-dark(#8250df,#d2a8ff)}.kind4{fill:var(--_soft)}
:is(.kind0,.kind1,.kind2,.kind3,.kind4){stroke:var(--_paper);stroke-width:1}
.starts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.3rem;margin:.3rem 0}
.starts button{display:flex;gap:.4rem;align-items:center;text-align:left;font-variant-numeric:tabular-nums}
.starts svg{flex:none}
.at{display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}
.at input{flex:1 1 10rem;max-width:22rem}
.line{min-height:1.5em;margin:.2rem 0;font-variant-numeric:tabular-nums}
.note{font-size:.92rem}
progress{width:100%;max-width:26rem}
@container (min-width:44rem){.both{grid-template-columns:minmax(0,26rem) minmax(0,1fr)}}
@media print{.fields,.at{display:none}}
`;
