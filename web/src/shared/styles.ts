// The look that all elements share. Colours come from the page, if it has any: those of Clearprop's own pages
// (--ink, --paper, ...) or of the documentation's theme (--color-...). They follow light and dark with the page.
import { css } from "lit";

export const styles = css`
:host{
--_ink:var(--ink,var(--color-foreground-primary,light-dark(#1b1f24,#e6edf3)));
--_soft:var(--soft,var(--color-foreground-secondary,light-dark(#57606a,#9aa5b1)));
--_paper:var(--paper,var(--color-background-primary,light-dark(#fff,#12161b)));
--_card:var(--card,var(--color-background-secondary,light-dark(#f6f8fa,#1a2028)));
--_line:var(--line,var(--color-background-border,light-dark(#d0d7de,#39424d)));
--_link:var(--link,var(--color-brand-content,light-dark(#0b57b0,#79b8ff)));
--_up:var(--up,light-dark(#b45309,#ffa657));
--_down:var(--down,light-dark(#0b62c4,#79b8ff));
--_good:var(--good,light-dark(#1a7f37,#5fd07d));
--_bad:var(--bad,light-dark(#b3261e,#ff8a80));
display:block;container-type:inline-size;color:var(--_ink);font-size:1rem;line-height:1.5;overflow-wrap:break-word}
:host([hidden]){display:none}
*{box-sizing:border-box}
p{margin:.4rem 0}
:focus-visible{outline:3px solid var(--_link);outline-offset:2px;border-radius:3px}
math{font-size:1.06em}
.soft{color:var(--_soft)}
.unbroken{white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
button,input,select{font:inherit;font-size:.92rem;color:var(--_ink);background:var(--_paper);
border:1px solid var(--_line);border-radius:6px;min-height:32px;margin:0}
button{padding:.15rem .7rem;min-width:32px;cursor:pointer}
button:hover:not(:disabled){border-color:var(--_link)}
button:disabled{color:var(--_soft);opacity:.55;cursor:default}
button[aria-pressed=true]{background:var(--_ink);color:var(--_paper);border-color:var(--_ink)}
input[type=number]{padding:.1rem .3rem;width:7em;font-variant-numeric:tabular-nums}
input[type=range]{padding:0;border:0;background:none;accent-color:var(--_link);min-width:6em;cursor:pointer;touch-action:pan-y}
.buttons{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
table{border-collapse:collapse;font-size:.92rem;line-height:1.25}
:is(th,td){padding:.17rem .8rem .17rem 0;text-align:left;vertical-align:baseline;font-weight:400}
:is(th,td):last-child{padding-right:0}
thead th{color:var(--_soft);border-bottom:1px solid var(--_line)}
:is(th,td).n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.n,.value{font-family:ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.92em}
.product{color:var(--_soft)}
tr.total :is(th,td){border-top:1.5px solid var(--_ink)}
tr.total td:last-child{font-weight:650}
@container (max-width:30rem){table{font-size:.86rem}:is(th,td){padding-right:.5rem}}
@media print{:host{color-scheme:only light}}
`;
