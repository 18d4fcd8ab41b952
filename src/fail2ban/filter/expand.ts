/**
 * The tags of fail2ban's expressions, written out in Python's dialect: `<HOST>`, `<ADDR>`, ..., and `<F-NAME>...</F-NAME>`
 * for a group that is called so.
 */

const IPV4 = '(?:::ffff{1,3}:)?(?P<ip4>\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})';
const HEX = '[0-9a-fA-F]{1,4}';
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

/** `hosts`: whether `<HOST>` may be a name too. Tags that are none stay what they are. */
export function expandTags(source: string, hosts: 'names' | 'addresses'): string {
  const open = new Set<string>();
  let skips = 0;
  const expanded = source.replace(/<\/?[\w-]+\/?>/g, (tag) => {
    const name = tag.slice(1, -1);
    if (name === 'HOST') return hosts === 'names' ? `(?:${ADDRESS}|${NAME})` : ADDRESS;
    if (name === 'SKIPLINES') return `\\n(?P<skiplines${skips++}>(?:.*\\n)*?)`;
    const fixed = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
    return fixed ?? customTag(tag, open);
  });
  return localFlags(expanded);
}

function customTag(tag: string, open: Set<string>): string {
  const [, slash, name] = /^<(\/?)F-([A-Z0-9_-]+)>$/.exec(tag) ?? [];
  if (name === undefined) return tag;
  if (slash === '/') return open.has(name) ? ')' : tag;
  open.add(name);
  return `(?P<${fieldName(name)}>`;
}

/** Flags that stand first within brackets hold for what is inside: `((?i)a)` is `(?i:a)`. */
function localFlags(source: string): string {
  return source.replace(/(?<!\\)\((?:\?:)?(\(\?[a-z]+)\)/g, '$1:');
}
