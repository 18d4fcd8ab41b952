/** The style sheet of the page. Light and dark follow the reader's system; paper is always light. */
import { colors, DARK, FIGURE_STYLE, LIGHT, SANS } from '../svg/style.ts';

const SERIF = '"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,Georgia,"Noto Serif",serif';
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';

const BASE = `:root{color-scheme:light dark;${colors(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${colors(DARK)}}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.55 ${SANS};scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:anywhere}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{color:var(--accent);text-decoration-color:currentColor}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem;top:0;padding:.6rem 1rem;background:var(--ink);color:var(--paper);z-index:20}
.skip:focus{left:0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
h1,h2,h3{font-family:${SERIF};line-height:1.15;text-wrap:balance}
h1{font-size:clamp(2.2rem,1.4rem + 3.6vw,4rem);font-weight:700;letter-spacing:-.015em;margin:.1em 0 .25em}
h2{font-size:clamp(1.5rem,1.2rem + 1.2vw,2.1rem);letter-spacing:-.01em;margin:0 0 1.2rem}
h3{font-size:1.15rem;margin:0 0 .6rem}
`;

const LAYOUT = `.masthead{border-top:6px solid var(--accent);padding:2.2rem 0 0}
.masthead>div,.page,footer{max-width:1120px;margin:0 auto;padding-inline:1.25rem}
.kicker{margin:0;font-size:.82rem;font-weight:600;letter-spacing:.09em;text-transform:uppercase;color:var(--accent)}
.period{margin:0;color:var(--soft);font-size:1.05rem}
nav{border-block:1px solid var(--line);margin:1.6rem 0;padding:.7rem 0}
nav ol{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:0;padding:0;font-size:.9rem}
nav a{text-decoration:none;color:var(--soft);display:inline-block;padding:.2rem 0}
nav a:hover{color:var(--accent);text-decoration:underline}
section{border-top:1px solid var(--line);padding:2.2rem 0 1rem;margin-top:1.6rem}
.key{display:flex;flex-wrap:wrap;gap:1.2rem 3.2rem;margin:0 0 1.8rem}
.key dt{font-size:.86rem;color:var(--soft)}
.key dd{margin:0;font:700 clamp(2.2rem,1.6rem + 2.4vw,3.4rem)/1.1 ${SERIF};font-variant-numeric:lining-nums tabular-nums;letter-spacing:-.02em}
.key dd a{text-decoration:none}
.key dd a:hover{text-decoration:underline;text-decoration-thickness:2px}
.key ul{list-style:none;margin:.35rem 0 0;padding:0;font:1rem/1.35 ${SANS};letter-spacing:0}
.key li b{display:inline-block;min-width:3.4em;text-align:right;margin-right:.3em}
.summary{max-width:46rem;margin:0 0 1.4rem;padding:0;list-style:none;font:1.2rem/1.55 ${SERIF}}
.summary li{margin:0 0 .65em}
.preface{max-width:46rem;font-size:.92rem;line-height:1.5;color:var(--soft)}
.preface p{margin:0 0 .6em}
@media (max-width:719px){.key{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.2rem}}
footer{padding-block:2.5rem 4rem;color:var(--soft);font-size:.88rem}
.pair,.services,.maps{display:grid;gap:1.6rem 2.6rem;align-items:start}
.pair>*,.services>*,.maps>*{min-width:0}
.maps{grid-template-columns:repeat(auto-fill,minmax(min(100%,290px),1fr));gap:1.6rem 1.4rem;margin:1.6rem 0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:1.1rem 2rem;margin:0 0 1.6rem}
.facts dt{font-size:.84rem;color:var(--soft)}.facts dd{margin:.1rem 0 0;overflow-wrap:anywhere}.facts>div:has(dd+dd){grid-column:1/-1}
@media (max-width:719px){.facts{gap:.55rem}.facts>div:not(:has(dd+dd)){display:grid;grid-template-columns:7rem minmax(0,1fr)}}
.statements{columns:25rem 2;column-gap:2.6rem}.statements>div{margin-bottom:1.6rem}
.stories{columns:26rem 2;column-gap:2.6rem}
.story{break-inside:avoid;margin:0 0 1.8rem;border-left:3px solid var(--accent);padding-left:1rem}
.story h3{font:600 .82rem ${SANS};letter-spacing:.04em;color:var(--accent);margin:0 0 .3rem}
.story p{margin:0 0 .4rem;font:1.05rem/1.5 ${SERIF}}
.story .note{font:.84rem/1.45 ${SANS}}
.story pre{margin:.5rem 0 0;padding:.6rem .7rem;background:var(--h0);font:.8rem/1.5 ${MONO};white-space:pre-wrap;overflow-wrap:anywhere;max-height:18em;overflow:auto}
.lines{margin:0 0 1.6rem;border-left:3px solid var(--accent);padding-left:1rem}.lines h3{font:600 .9rem ${SANS};color:var(--accent)}
.lines p{margin:.7rem 0 .2rem;font-size:.84rem;line-height:1.45;color:var(--soft)}.lines p bdi{display:inline-block;max-width:100%;margin-right:.7em}
.lines pre{margin:0;padding:.5rem .7rem;background:var(--h0);font:.8rem/1.5 ${MONO};white-space:pre-wrap;overflow-wrap:anywhere;break-inside:avoid}
.statements h3{break-after:avoid;font:600 1rem ${SANS}}
.statements ul{margin:0;padding-left:1.1rem;font-size:.94rem;overflow-wrap:anywhere}
.statements li{margin:.25rem 0}
@media (min-width:900px){.opening:has(.summary){display:grid;grid-template-columns:minmax(0,46rem) minmax(0,1fr);gap:0 3.2rem}.opening .preface{padding-top:.35rem}.pair{grid-template-columns:repeat(2,minmax(0,1fr))}.pair>:only-child{grid-column:1/-1;max-width:44rem}.services{grid-template-columns:repeat(auto-fit,minmax(300px,1fr))}}
@media (min-width:1340px){.masthead>div,.page,footer{max-width:1320px}.page{display:grid;grid-template-columns:180px minmax(0,1fr);gap:0 3.2rem}
nav{border:0;margin:0;padding:0}nav ol{flex-direction:column;position:sticky;top:1.5rem;gap:.1rem}.masthead{padding-bottom:2rem}main>:first-child{margin-top:0}}
`;

const TABLES = `.table{margin:0 0 2rem;container-type:inline-size}
.fit{overflow-x:auto}
.few{max-width:46rem}
.few:has(.fold){max-width:none}
.r+.l{padding-left:.6rem}
table{overflow-wrap:normal;border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.35;font-variant-numeric:tabular-nums lining-nums}
caption{overflow-wrap:anywhere}
caption,.caption{text-align:left;font:600 1.02rem/1.35 ${SANS};margin:0;padding:0 0 .55rem}
.base{display:block;font-weight:400;font-size:.84rem;color:var(--soft)}
th,td{padding:.34rem .7rem .34rem 0;vertical-align:top;font-weight:400;text-align:left}
.long{overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8rem;color:var(--soft);vertical-align:bottom;border-bottom:1px solid var(--soft)}
thead .bar{border-bottom:1px solid var(--soft)}
tbody tr{border-bottom:1px solid var(--line)}
.r{text-align:right;white-space:nowrap}
thead .r{white-space:normal}
.time,.whole,.duration{white-space:nowrap}
.rank{width:2.6rem;color:var(--soft)}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.rest{color:var(--soft)}
.total{font-weight:600;border-bottom:0}
.total th,.total td{font-weight:600;border-top:1px solid var(--soft)}
.count a,.summary a,.story p a{text-decoration-style:dotted}
td.bar{width:26%;min-width:3.5rem;padding-left:.3rem}
.pair td.bar{width:18%}#t-places .r{width:1%}#t-places td.bar{width:10%}
table:has(.stranger) td.bar{width:14%}
.many td.bar{width:10%;min-width:2.5rem}
.meter{display:block;width:100%;height:.7rem;margin-top:.26rem}
.meter rect{fill:var(--accent)}
.below td{padding-top:0;border:0}tbody tr:has(+.below){border-bottom:0}
.stranger{font-family:${MONO};font-size:.93em;overflow-wrap:anywhere;display:inline-block;max-width:100%;overflow:hidden;vertical-align:bottom}
.note{margin:.6rem 0 0;font-size:.84rem;color:var(--soft);max-width:46rem}
.none{margin:0;color:var(--soft)}
@container (max-width:40em){.wide{display:none}.many td.bar{width:20%}}
.fold{min-width:13em}
@container (max-width:26.9em){.tight{font-size:.8rem}.fold{min-width:8em}.roomy,.tight .bar{display:none}table:not(.tight){font-size:.86rem}th,td{padding-right:.5rem}.r{width:1%}td.bar{width:18%;min-width:2rem}table:has(td.fold,th.fold,.stranger) .bar{display:none}}
`;

const FIGURES = `figure{margin:0 0 2rem}
figcaption{font:600 1.02rem/1.35 ${SANS};padding-bottom:.7rem}
.drawing{display:block;width:100%;height:auto}
.drawing.wide{display:block}.chart .narrow{display:none}
@media (max-width:719px){.chart .wide{display:none}.chart .narrow{display:block}}
details{margin-top:.6rem;font-size:.95rem}
summary{cursor:pointer;color:var(--soft);font-size:.84rem;padding:.2rem 0;width:fit-content}
summary:hover{color:var(--accent)}
details[open] summary{margin-bottom:.8rem}
.enlarge{display:block;cursor:zoom-in}
.close{display:none}
.region .names.fine{display:none}.region .names.coarse{display:inline}
@media (max-width:719px){.world .names.fine{display:none}.world .names.coarse{display:inline}}
.map:target{position:fixed;inset:0;z-index:10;margin:0;padding:1rem 1.25rem;background:var(--paper);overflow:auto;display:flex;flex-direction:column;gap:.3rem}
.map:target .enlarge{cursor:default;flex:1;min-height:0;pointer-events:none}
.map:target .drawing{width:auto;height:100%;max-width:100%;margin:auto}
@media (max-aspect-ratio:4/3){.map:target .drawing{width:100%;height:auto}}
.map:target .close{display:block;position:absolute;top:.8rem;right:1.25rem;padding:.5rem .9rem;background:var(--ink);color:var(--paper);text-decoration:none;border-radius:3px;font-size:.95rem}
.map:target details{display:none}
@media (min-width:720px){.region:target .names.fine{display:inline}.region:target .names.coarse{display:none}}
`;

const PRINT = `@page{size:A4;margin:16mm 14mm 18mm}
@media print{html{font-size:10.5px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.masthead{padding:1.5rem 0 0}.masthead>div,.page,footer{padding-inline:0;max-width:none}
nav,.skip,details,.close{display:none}:root{--paper:#fff}.few{max-width:none}h3{break-after:avoid}#services{break-inside:avoid}
h2{break-after:avoid;break-inside:avoid}h2::after{content:"";display:block;height:14rem;margin-bottom:-14rem}section{margin-top:.6rem;padding-top:1.4rem}
.table,figure,.key,.statements li{break-inside:avoid}
.table:has(tr:nth-child(13)){break-inside:auto}tbody tr:nth-child(-n+3),.below{break-before:avoid}tr:nth-last-child(-n+3){break-before:avoid}.note{break-before:avoid}.note{break-inside:avoid}.lines:not(:has(p:nth-of-type(9))){break-inside:avoid}.world .drawing{width:80%;margin:0 auto}.map{margin-bottom:.8rem}
tr{break-inside:avoid}thead{display:table-header-group}caption,figcaption{break-after:avoid}
.page{display:block}.opening:has(.summary){display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);gap:0 2rem}.pair{grid-template-columns:repeat(2,minmax(0,1fr))}.pair>:only-child{grid-column:1/-1}
.services{grid-template-columns:repeat(3,minmax(0,1fr));gap:1.2rem}.services .fit{scrollbar-width:none}.services td.bar{width:12%;min-width:1rem}.services :is(th,td){padding-right:.4rem}.maps{grid-template-columns:repeat(3,minmax(0,1fr));gap:.6rem 1.2rem;margin:.8rem 0}.key{margin-top:1.6rem}
.chart .wide{display:block}.chart .narrow{display:none}
.map:target{position:static;display:block;padding:0}.map:target .drawing{height:auto;min-height:0}
.story pre{overflow:visible;max-height:none}a{text-decoration:none}}
`;

export const STYLE = `${BASE}${LAYOUT}${TABLES}${FIGURE_STYLE}${FIGURES}${PRINT}`;
