// The playground's own look.
import { css } from "lit";

export const playgroundStyles = css`
.presets{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:end;margin-bottom:.5rem}
.why{margin:0;flex:1 1 16rem;font-size:.92rem}
.form{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr));gap:.5rem;margin-bottom:.7rem}
fieldset{border:1px solid var(--_line);border-radius:8px;padding:.1rem .6rem .5rem;margin:0;min-width:0;display:flex;flex-wrap:wrap;gap:.35rem .7rem;align-content:flex-start}
legend{font-size:.92rem;font-weight:650;padding:0 .3rem}
.form select{max-width:min(100%,17rem)}
.form input[type=range]{width:7.5rem}
input[type=checkbox]{min-height:0;width:18px;height:18px;vertical-align:middle}
.form input[type=number]{width:5.2em}
.layers{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;font-size:.85rem;width:100%}
.layer{display:inline-flex;align-items:center;gap:.2rem}
.layer button{min-width:28px;min-height:28px;padding:0 .35rem}
.layer span{min-width:1.4em;text-align:center;font-variant-numeric:tabular-nums;color:var(--_ink)}
.both{display:grid;gap:.5rem 1.5rem;margin-top:.6rem}
.left,.right{min-width:0}
.line{font-size:.92rem;min-height:1.5em;margin:.2rem 0;font-variant-numeric:tabular-nums}
.plane{display:block;width:100%;max-width:24rem;aspect-ratio:1;border:1px solid var(--_line);touch-action:pan-y}
.plane.own{cursor:crosshair}
.pen{display:flex;flex-wrap:wrap;gap:.3rem;align-items:center;margin:.4rem 0;font-size:.9rem}
.pen .class{display:inline-grid;place-items:center;padding:0;width:32px}
.pen svg path{stroke:var(--_paper)}
.pen .class[aria-pressed=true]{background:var(--_card);border:3px solid var(--_ink)}
.class0{fill:var(--_down)}.class1{fill:var(--_up)}.class2{fill:var(--_good)}
.class3{fill:light-dark(#8250df,#d2a8ff)}.class4{fill:light-dark(#8a6d00,#e3c14a)}
.small{font-size:.85rem;min-height:26px;padding:0 .5rem}
.formula{background:var(--_card);border-radius:8px;padding:.3rem .8rem;margin:.6rem 0}
.formula p{margin:.2rem 0;font-size:.95rem;font-variant-numeric:tabular-nums}
.exports{display:flex;flex-wrap:wrap;gap:.4rem;margin-top:.8rem}
details{flex:1 1 100%;min-width:0;max-width:100%}
summary{cursor:pointer;min-height:28px}
pre{overflow:auto;max-width:100%;max-height:20rem;background:var(--_card);padding:.6rem;font-size:.82rem;border-radius:6px}
@container (min-width:40rem){.both{grid-template-columns:minmax(0,1fr) minmax(0,20rem)}.both:not(:has(.right)){grid-template-columns:1fr}}
@media print{.form,.run,.exports,.presets{display:none}}
`;
