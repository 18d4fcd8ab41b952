/**
 * Pictures of pages, kept and compared. A picture is small: every pixel is the mean of a square, so that letters become
 * gray and versions of a browser draw the same; it is one font on every machine. It has parts, one below the other with a
 * line of magenta between them, so that a part that grew does not make all below it differ. No test in here.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Rectangle, View } from './browser.ts';
import { decodePng, encodePng, type Picture, shrunk } from './png.ts';
import { PROJECT, put } from './run.ts';

export const FOLDER = join(PROJECT, 'test', 'pictures');
/** Asked for by `npm run pictures`: what is drawn now is what is kept. */
const RENEW = process.env.RAPSHEET_PICTURES === 'renew';

/** Every letter of a page in the one face; no evidence, because it names a folder that is another each time. */
const STYLE = `* { font-family: 'DejaVu Sans' !important } #evidence, nav a[href='#evidence'] { display: none }`;

/** What glyphs measure does not depend on how the machine likes them to be drawn. */
export const FLAGS = ['--font-render-hinting=none', '--disable-lcd-text'];

/** Opens a page as pictures need it. */
export async function show(page: Page, file: string, view: View): Promise<void> {
  await page.look(view);
  await page.go(file);
  await restyle(page, STYLE);
  await page.value('document.fonts.ready.then(() => true)');
}

/** Adds a style sheet in a way that the page's content policy does not forbid. */
export async function restyle(page: Page, style: string): Promise<void> {
  await page.value(`(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(style)});
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; return true; })()`);
}

export interface Sizes {
  /** Of the window. */
  readonly width: number;
  /** So many pixels in a row become one. */
  readonly step: number;
  /** Of the part, when it is to be this one only. */
  readonly only?: number;
}

/** The page as it stands, a part for what is above the first section and for each section. */
export async function partsOf(page: Page, { width, step, only }: Sizes): Promise<Picture[]> {
  const tops = await page.value(
    `[0, ...[...document.querySelectorAll('main > section')].filter((one) => one.offsetHeight > 0).map((one) => Math.round(one.getBoundingClientRect().top + scrollY)), document.documentElement.scrollHeight]`,
  );
  const edges = (Array.isArray(tops) ? tops : []).map(Number);
  const spans = edges.slice(0, -1).map((y, i) => ({ x: 0, y, width, height: (edges[i + 1] ?? y) - y }));
  const wanted = spans.filter((_, i) => only === undefined || only === i);
  const [first, last] = [wanted[0]?.y ?? 0, wanted.at(-1) ?? { y: 0, height: 0 }];
  const rgb = await rowsOf(page, { x: 0, y: first, width, height: last.y + last.height - first });
  return wanted.map(({ y, height }) =>
    shrunk({ width, height, rgb: rgb.subarray((y - first) * width * 3, (y - first + height) * width * 3) }, step),
  );
}

/** Taking a picture takes its time, however small; higher than this, it takes more memory than it saves time. */
const STRIP = 6_000;

async function rowsOf(page: Page, { x, y, width, height }: Rectangle): Promise<Uint8Array> {
  const strips: Uint8Array[] = [];
  for (let top = y; top < y + height; top += STRIP) {
    const strip = { x, y: top, width, height: Math.min(STRIP, y + height - top) };
    strips.push(decodePng(await page.picture(strip)).rgb);
  }
  return Buffer.concat(strips);
}

/** How two parts differ; undefined when they do not. */
export function differenceOf(kept: Picture | undefined, drawn: Picture | undefined): string | undefined {
  if (kept === undefined || drawn === undefined) return kept === undefined ? 'is new' : 'is missing';
  if (kept.width !== drawn.width) return `is ${drawn.width} pixels wide, not ${kept.width}`;
  const slack = 1 + Math.round(kept.height * HEIGHT_SHARE);
  if (Math.abs(kept.height - drawn.height) > slack) return `is ${drawn.height} pixels high, not ${kept.height}`;
  const others = [othersIn(kept, drawn), othersIn(drawn, kept)].map(worstOf);
  const worst = others.sort((a, b) => b.count - a.count)[0];
  if (worst === undefined || worst.count <= OTHERS) return undefined;
  return `has ${worst.count} other pixels around ${worst.x}, ${worst.y}`;
}

/** A line of text more in a whole section is none: a line is one to three pixels. */
const HEIGHT_SHARE = 0.01;
/** A light gray letter on paper is no more; a bar, a bubble or land where there was none is. */
const TOLERANCE = 24;
/** Differences are looked for in squares of so many pixels: what is broken is broken somewhere, and noise is everywhere. */
const SQUARE = 16;
/** Of the 256 of a square. A number with another digit is two, a word four; a column that moved is fifteen. */
const OTHERS = 9;

interface Worst {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** Pixels of one that the other has neither at this place nor beside it, counted by squares. */
function othersIn(one: Picture, other: Picture): Worst[] {
  const squares = new Map<number, { x: number; y: number; count: number }>();
  for (let y = 0; y < Math.min(one.height, other.height); y++) {
    for (let x = 0; x < one.width; x++) {
      if (isNear(one, other, [x, y])) continue;
      const key = Math.floor(y / SQUARE) * one.width + Math.floor(x / SQUARE);
      const square = squares.get(key) ?? { x, y, count: 0 };
      square.count++;
      squares.set(key, square);
    }
  }
  return [...squares.values()];
}

function worstOf(squares: readonly Worst[]): Worst {
  return squares.reduce((worst, square) => (square.count > worst.count ? square : worst), { x: 0, y: 0, count: 0 });
}

const BESIDE = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

function isNear(one: Picture, other: Picture, [x, y]: readonly [number, number]): boolean {
  const at = (y * one.width + x) * 3;
  return BESIDE.some(([dx, dy]) => {
    const [u, v] = [x + dx, y + dy];
    if (u < 0 || v < 0 || u >= other.width || v >= other.height) return false;
    const there = (v * other.width + u) * 3;
    return [0, 1, 2].every((k) => Math.abs((one.rgb[at + k] ?? 0) - (other.rgb[there + k] ?? 0)) <= TOLERANCE);
  });
}

/**
 * What is other than in the kept picture of this name, part by part. When there is something, what was drawn lies in
 * `seen`. Asked to renew, it keeps what was drawn, and nothing is other.
 */
export function compare(name: string, drawn: readonly Picture[], seen: string): string[] {
  const path = join(FOLDER, `${name}.png`);
  const whole = encodePng(joined(drawn));
  if (RENEW) {
    put(path, whole);
    return [];
  }
  if (!existsSync(path)) return [`there is no ${path}: npm run pictures`];
  const kept = split(decodePng(readFileSync(path)));
  const now = split(decodePng(whole));
  const differences = Array.from({ length: Math.max(kept.length, now.length) }, (_, i) => {
    const difference = differenceOf(kept[i], now[i]);
    return difference === undefined ? [] : [`${name}, part ${i + 1} ${difference}`];
  }).flat();
  if (differences.length === 0) return [];
  mkdirSync(seen, { recursive: true });
  return [...differences, `see ${put(join(seen, `${name}.png`), whole)} beside ${path}`];
}

const MAGENTA = [255, 0, 255];

function joined(parts: readonly Picture[]): Picture {
  const width = parts[0]?.width ?? 0;
  const line = Uint8Array.from({ length: width * 3 }, (_, i) => MAGENTA[i % 3] ?? 0);
  const rows = parts.flatMap(({ rgb }, i) => (i === 0 ? [rgb] : [line, rgb]));
  return { width, height: parts.reduce((sum, { height }) => sum + height, parts.length - 1), rgb: Buffer.concat(rows) };
}

function split({ width, height, rgb }: Picture): Picture[] {
  const isLine = (y: number): boolean => MAGENTA.every((value, k) => rgb[y * width * 3 + k] === value);
  const lines = Array.from({ length: height }, (_, y) => y).filter(isLine);
  return [...lines, height].map((end, i) => {
    const start = i === 0 ? 0 : (lines[i - 1] ?? 0) + 1;
    return { width, height: end - start, rgb: rgb.subarray(start * width * 3, end * width * 3) };
  });
}
