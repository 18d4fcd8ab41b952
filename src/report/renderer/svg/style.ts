/**
 * The colors and type of figures, as a style sheet: one for the page and for a figure in a file of its own. Colors are told
 * apart by people who see few of them (style.test.ts), and every text has the contrast that it needs.
 */

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly land: string;
  readonly accent: string;
  /** Of series, in their order; `on` is the color of text on each. */
  readonly series: readonly string[];
  readonly on: readonly string[];
  /** From nothing to the most. */
  readonly shades: readonly string[];
  readonly onShades: readonly string[];
}

const DARK_INK = '#15171b';
const LIGHT_INK = '#ffffff';

export const LIGHT: Palette = {
  paper: '#fcfbf8',
  ink: '#1d2126',
  soft: '#5a616a',
  line: '#dcd8ce',
  land: '#e6e2d8',
  accent: '#b4451f',
  series: ['#2e5d8f', '#cf8c1e', '#3e1129', '#25916e', '#ab9a46', '#8a92a0', '#474f5d'],
  on: [LIGHT_INK, DARK_INK, LIGHT_INK, DARK_INK, DARK_INK, DARK_INK, LIGHT_INK],
  shades: ['#f1eee6', '#f7dccd', '#eeb596', '#df8a63', '#b9501f', '#7d2d0d'],
  onShades: ['#5a616a', DARK_INK, DARK_INK, DARK_INK, LIGHT_INK, LIGHT_INK],
};

export const DARK: Palette = {
  paper: '#15171b',
  ink: '#e7e9ed',
  soft: '#a4abb5',
  line: '#353a42',
  land: '#2b3037',
  accent: '#f08a5d',
  series: ['#73b3e1', '#f8a62f', '#8c4558', '#46bd89', '#bdac5a', '#868f9a', '#c7d0da'],
  on: [DARK_INK, DARK_INK, LIGHT_INK, DARK_INK, DARK_INK, DARK_INK, DARK_INK],
  shades: ['#20242a', '#432c22', '#6d3f2a', '#985736', '#d5814f', '#f9b58c'],
  onShades: ['#a4abb5', LIGHT_INK, LIGHT_INK, LIGHT_INK, DARK_INK, DARK_INK],
};

/** The palette as custom properties, to be put into a rule. */
export function colors(palette: Palette): string {
  const { paper, ink, soft, line, land, accent, series, on, shades, onShades } = palette;
  const named = Object.entries({ paper, ink, soft, line, land, accent });
  const listed = [
    ...series.map((color, i) => [`s${i + 1}`, color]),
    ...on.map((color, i) => [`o${i + 1}`, color]),
    ...shades.map((color, i) => [`h${i}`, color]),
    ...onShades.map((color, i) => [`k${i}`, color]),
  ];
  return [...named, ...listed].map(([name, color]) => `--${name}:${color}`).join(';');
}

/** The style sheet with its colors in place, for programs that know no custom properties. */
export function inColors(style: string, palette: Palette): string {
  const values = new Map(
    colors(palette)
      .split(';')
      .map((rule) => {
        const [name = '', value = ''] = rule.split(':');
        return [name, value];
      }),
  );
  return style.replace(/var\((--\w+)\)/g, (whole, name: string) => values.get(name) ?? whole);
}

/** Faces that machines have; nothing is loaded. */
export const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif';

const filled = (prefix: string, first: number, last: number): string =>
  Array.from(
    { length: last - first + 1 },
    (_, i) => `.drawing .${prefix}${first + i}{fill:var(--${prefix}${first + i})}`,
  ).join('\n');

/** Rules for everything that the files of this folder draw. */
export const FIGURE_STYLE = `.drawing{font-family:${SANS};font-size:13px;font-variant-numeric:tabular-nums lining-nums}
.drawing text{fill:var(--ink)}
.drawing .e,.drawing .end{text-anchor:end}
.drawing .m,.drawing .p,.drawing .middle,.drawing .key{text-anchor:middle}
.drawing .n{font-weight:600}
.drawing .a{font-size:11px;fill:var(--soft)}
.drawing .p{font-size:11px}
.drawing .s0{fill:var(--accent)}
${filled('s', 1, 7)}
${filled('o', 1, 7)}
${filled('h', 0, 5)}
${filled('k', 0, 5)}
.drawing .axis{fill:none;stroke:var(--soft);stroke-width:1}
.drawing .grid{fill:none;stroke:var(--line);stroke-width:1}
.drawing .weekend{fill:var(--land);opacity:.45}
.drawing .land{fill:var(--land);fill-rule:evenodd;stroke:var(--land);stroke-width:.6;stroke-linejoin:round}
.drawing .border{fill:none;stroke:var(--paper);stroke-width:.9;stroke-linejoin:round}
.drawing .bubbles circle{fill:var(--accent);fill-opacity:.5;stroke:var(--accent);stroke-width:1}
.drawing .name{font-weight:500;paint-order:stroke;stroke:var(--paper);stroke-width:.22em;stroke-linejoin:round}
.drawing .on{font-weight:700}
.drawing .leader{fill:none;stroke:var(--soft);stroke-width:.8}
.drawing .count{font-weight:700}
.drawing .size{fill:none;stroke:var(--soft);stroke-width:1}
.drawing .key,.drawing .unit{fill:var(--soft)}
.drawing .names.coarse{display:none}
`;
