/** How wide text is in a terminal, and how to make it fit: cut, fold, pad. Works on what a person sees as a character. */

export interface Ruler {
  width(text: string): number;
  /** At most `width` columns, the cut marked with `…`. */
  cut(text: string, width: number): string;
  /** Lines of at most `width` columns, broken at spaces where there are any. */
  fold(text: string, width: number): string[];
  pad(text: string, width: number, align: 'left' | 'right'): string;
}

export function rulerOf(language: string): Ruler {
  const segmenter = new Intl.Segmenter(language, { granularity: 'grapheme' });
  const characters = (text: string): Iterable<string> =>
    isPlain(text) ? text : Array.from(segmenter.segment(text), (piece) => piece.segment);
  const width = (text: string): number => {
    if (isPlain(text)) return text.length;
    let columns = 0;
    for (const character of characters(text)) columns += characterWidth(character);
    return columns;
  };
  const head = (text: string, columns: number): string => {
    let taken = '';
    let used = 0;
    for (const character of characters(text)) {
      used += characterWidth(character);
      if (used > columns) break;
      taken += character;
    }
    return taken;
  };
  return {
    width,
    cut: (text, columns) => (width(text) <= columns ? text : `${head(text, columns - 1).trimEnd()}…`),
    fold: (text, columns) => foldWords(text, { columns, width, head }),
    pad: (text, columns, align) => {
      const blank = ' '.repeat(Math.max(0, columns - width(text)));
      return align === 'left' ? text + blank : blank + text;
    },
  };
}

interface Measure {
  readonly columns: number;
  readonly width: (text: string) => number;
  readonly head: (text: string, columns: number) => string;
}

function foldWords(text: string, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure.width(longer) <= measure.columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, measure);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function breakWord(word: string, measure: Measure): string[] {
  const pieces: string[] = [];
  let left = word;
  while (measure.width(left) > measure.columns) {
    // One character at least, even where it is wider than the column: a loop must end.
    const piece = measure.head(left, measure.columns) || String.fromCodePoint(left.codePointAt(0) ?? 0);
    pieces.push(piece);
    left = left.slice(piece.length);
  }
  return left === '' && pieces.length > 0 ? pieces : [...pieces, left];
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x300 && code <= 0x36f) return 0;
  if (code < 0x1100) return 1;
  return character.includes('\ufe0f') || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** East Asian wide and full-width blocks, and pictographs: coarse, but right for names and for what mocks a name. */
const WIDE: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];
