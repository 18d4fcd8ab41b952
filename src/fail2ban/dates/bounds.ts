/**
 * Where the expression of a date may stand: fail2ban has it begin and end at the border of a word, or at the line's
 * beginning, unless the pattern says how it begins and ends by itself, or with `**` that it may stand anywhere.
 */

export interface Bounded {
  readonly source: string;
  /** It can only match at the line's beginning, or its end: such a date is not looked for elsewhere. */
  readonly isAnchored: boolean;
}

export interface Bounds {
  /** `line`: at most two characters that belong to no word stand before it. */
  readonly begin: 'line' | 'word' | 'free';
  readonly end: 'word' | 'free';
}

/** Flags for the whole expression, wherever they stand. */
const FLAGS = /(?:^|(?<!\\))\(\?[a-z]+\)/;
/** `^`, `(^`, `(?:^`, `**`, `(**` */
const OWN_BEGIN = /^\(*(?:\^|\*\*|\(\?:\^)/;
/** `$`, `$)`, `\b`, `\s`, `**`, `**)` */
const OWN_END = /(?<!\\)(?:\$\)?|\\b|\\s|\*\*\)*)$/;
const CAPTURES = /(?<!\\)\((?!\?)/;
const AT_LINE_START = /^(?:\^|\((?:\?:)?\^(?!\|))/;
const AT_LINE_END = /(?<![\\|])\$\)?$/;

/** The expression with its bounds; what its first group takes is the date that is cut out. */
export function bound(pattern: string, bounds: Bounds): Bounded {
  const text = pattern.trim();
  const flags = FLAGS.exec(text)?.[0] ?? '';
  const bare = flags === '' ? text : text.replace(FLAGS, '');
  const hasBegin = bounds.begin !== 'free' && !OWN_BEGIN.test(bare);
  const hasEnd = bounds.end !== 'free' && !OWN_END.test(bare);
  let source = CAPTURES.test(bare) ? bare : captured(bare);
  if (hasBegin) source = (bounds.begin === 'line' ? '^(?:\\W{0,2})?' : '(?=^|\\b|\\W)') + source;
  if (hasEnd) source += '(?=\\b|\\W|$)';
  const isAnchored = AT_LINE_START.test(source) || AT_LINE_END.test(source);
  return { source: flags + withoutStars(source), isAnchored };
}

/** All but an anchor at either end becomes the group. */
function captured(source: string): string {
  const [, begin = '', inside = '', end = ''] = /^(\^?)([\s\S]*?)(\$?)$/.exec(source) ?? [];
  return `${begin}(${inside})${end}`;
}

function withoutStars(source: string): string {
  return source.replace(/^(\(*)\*\*/, '$1').replace(/(?<!\\)\*\*(\)*)$/, '$1');
}

/** A pattern without bounds of its own, to be put into another. */
export function unbound(pattern: string): string {
  return pattern
    .replace(/^\{UNB\}/, '')
    .replace(/^\{\^LN-BEG\}/, '')
    .replace(/^\((?:\?:)?\^\|\\b\|\\W\)/, '')
    .replace(/\(\?=\\b\|\\W\|\$\)$/, '');
}
