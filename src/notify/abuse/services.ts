/** What services that collect reports are told of an address: AbuseIPDB by categories, blocklist.de by service and lines. */
import { serviceOf } from '../../base/kind.ts';
import { ellipsis } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import type { AbuseKind, Deed } from './deed.ts';
import type { AbuseEntry } from './told.ts';
import { evidenceText } from './xarf.ts';

export type ServiceWay = AbuseEntry['way'];
export const SERVICE_WAYS = ['abuseipdb', 'blocklist.de'] as const;

/** What people call them. */
export const SERVICE_NAMES: Readonly<Record<ServiceWay, string>> = {
  abuseipdb: 'AbuseIPDB',
  'blocklist.de': 'blocklist.de',
};

/** AbuseIPDB cuts at 1,024 bytes; all of ours are ASCII or few are not. */
const COMMENT_MAX = 900;
/** What AbuseIPDB takes of one report. */
const CATEGORIES_MAX = 30;
/** What blocklist.de calls what is attacked; what it has no word for, it is not told. */
const BLOCKLIST_DE: Readonly<Record<string, string>> = {
  ssh: 'ssh',
  mail: 'mail',
  'mail.auth.imap': 'imap',
  'mail.auth.pop3': 'pop3',
  web: 'apache',
  ftp: 'ftp',
};

/** Undefined: the service has no word for what it did. */
export function entryOf(way: ServiceWay, deed: Deed, kinds: ReadonlyMap<string, AbuseKind>): AbuseEntry | undefined {
  const categories = [...new Set(deed.kinds.flatMap(({ kind }) => kinds.get(kind)?.abuseipdb ?? []))].sort(
    (a, b) => a - b,
  );
  const service = deed.kinds.flatMap(({ kind }) => BLOCKLIST_DE[kind] ?? BLOCKLIST_DE[serviceOf(kind)] ?? [])[0] ?? '';
  if (way === 'abuseipdb' ? categories.length === 0 : service === '') return undefined;
  return {
    ...{ way, address: deed.address, time: deed.last, categories: categories.slice(0, CATEGORIES_MAX), service },
    comment: commentOf(deed),
    lines: evidenceText(deed.lines),
  };
}

/** Nothing in it was written by a stranger, and nothing in it is ours. */
function commentOf({ attempts, first, last, kinds }: Deed): string {
  const [from, to] = [first, last].map((time) => isoTime(time)?.slice(0, 19).replace('T', ' ') ?? '?');
  const what = kinds.map(({ sentence, count }) => `${sentence} (${count})`).join('; ');
  return ellipsis(
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} from ${from} to ${to} UTC: ${what}`,
    COMMENT_MAX,
  );
}
