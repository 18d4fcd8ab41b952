/**
 * The tags of fail2ban's expressions, written out in Python's dialect: `<HOST>`, `<ADDR>`, ..., and `<F-NAME>...</F-NAME>`
 * for a group that is called so.
 */

const IPV4 = '(?:::ffff{1,3}:)?(?P<ip4>\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})';
const HEX = '[0-9a-fA-F]{1,4}';
// As since 1.1.0. Before, no single colon could begin it, and `::` alone was none.
const IPV6 = `(?P<ip6>(?:${HEX}::?|:){1,7}(?:${HEX}|:))`;
const NAME = '(?P<dns>[\\w.^-]*\\w)';
const EITHER = `(?:${IPV4}|${IPV6})`;
const BITS = '(?P<cidr>\\d+)';
const ADDRESS = `\\[?${EITHER}\\]?`;

const TAGS: Readonly<Record<string, string>> = {
  IP4: IPV4,
  'F-IP4/': IPV4,
  IP6: IPV6,
  'F-IP6/': IPV6,
  ADDR: ADDRESS,
  'F-ADDR/': ADDRESS,
  CIDR: BITS,
  'F-CIDR/': BITS,
  SUBNET: `\\[?${EITHER}(?:/${BITS})?\\]?`,
  'F-SUBNET/': `\\[?${EITHER}(?:/${BITS})?\\]?`,
  DNS: NAME,
  'F-DNS/': NAME,
  'F-ID/': '(?P<fid>\\S+)',
  'F-PORT/': '(?P<fport>\\w+)',
};

/** The name of a field, from that of its tag. */
export function fieldName(tag: string): string {
  const name = tag.toLowerCase();
  if (name === 'id') return 'fid';
  return name === 'port' ? 'fport' : name;
}

export interface Expansion {
  readonly text: string;
  /** Where in the source what stands at a column of the text comes from; both count code points from 0. */
  sourceColumn(column: number): number;
}

/** `hosts`: whether `<HOST>` may be a name too. Tags that are none stay what they are. */
export function expandTags(source: string, hosts: 'names' | 'addresses'): Expansion {
  const open = new Set<string>();
  let skips = 0;
  const tags = rewrite(source, /<\/?[\w-]+\/?>/g, (tag) => {
    const name = tag.slice(1, -1);
    if (name === 'HOST') return hosts === 'names' ? `(?:${ADDRESS}|${NAME})` : ADDRESS;
    if (name === 'SKIPLINES') return `\\n(?P<skiplines${skips++}>(?:.*\\n)*?)`;
    const fixed = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
    return fixed ?? customTag(tag, open);
  });
  const { text, placeBefore } = localFlags(tags.text);
  return {
    text,
    sourceColumn: (column) => {
      const place = Array.from(text).slice(0, column).join('').length;
      return Array.from(source.slice(0, tags.placeBefore(placeBefore(place)))).length;
    },
  };
}

function customTag(tag: string, open: Set<string>): string {
  const [, slash, name] = /^<(\/?)F-([A-Z0-9_-]+)>$/.exec(tag) ?? [];
  if (name === undefined) return tag;
  if (slash === '/') return open.has(name) ? ')' : tag;
  open.add(name);
  return `(?P<${fieldName(name)}>`;
}

/** Flags that stand first within brackets hold for what is inside: `((?i)a)` is `(?i:a)`. */
function localFlags(source: string): Rewritten {
  return rewrite(source, /(?<!\\)\((?:\?:)?\(\?[a-z]+\)/g, (flags) => `${flags.slice(flags.lastIndexOf('('), -1)}:`);
}

interface Rewritten {
  readonly text: string;
  /** The place before the change; of what is within a changed piece, where that began. */
  placeBefore(place: number): number;
}

function rewrite(source: string, pattern: RegExp, change: (piece: string) => string): Rewritten {
  const changes: { at: number; length: number; made: number }[] = [];
  const text = source.replace(pattern, (piece: string, at: number) => {
    const made = change(piece);
    changes.push({ at, length: piece.length, made: made.length });
    return made;
  });
  return {
    text,
    placeBefore: (place) => {
      let shift = 0;
      for (const { at, length, made } of changes) {
        if (place < at + shift) break;
        if (place < at + shift + made) return at;
        shift += made - length;
      }
      return place - shift;
    },
  };
}
