/** What a report to publish must hide, from all that is known here: the configuration, the ledger, this machine. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { countedNetwork, fromWords } from '../base/address.ts';
import { fromLog } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { readAllowFile } from '../daemon/allow-file.ts';
import { savedLogins } from '../daemon/saved-logins.ts';
import { readHost } from '../host/host.ts';
import { loginsIn } from '../jail/jail.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Privacy, Sort } from '../report/report.ts';
import { periodOf } from './scope.ts';

/** Accounts of people, not of services. */
const UIDS = { from: 1000, until: 65_533 } as const;

export interface PrivacySources {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'hosts' | 'firstBan' | 'positions' | 'memory' | 'state' | 'zone'>;
  /** Where /etc is; for tests. */
  readonly root?: string;
}

export async function gatherPrivacy({ config, ledger, root = '/' }: PrivacySources): Promise<Privacy> {
  const { report, allow, protect, trustedProxies, watch } = config;
  const hosts = ledger.hosts({ period: periodOf(undefined, {}, ledger.zone), host: undefined });
  const here = await readHost({ root });
  const logins = [
    ...[...loginsIn(ledger.memory())].map(({ user, address }) => ({ user: fromLog(user), address })),
    ...savedLogins(ledger).map(([words, user]) => ({ user: fromLog(user), address: fromWords(...words) })),
    ...here.sessions,
  ];
  // Every host has a root, whoever logs in.
  const people = [...logins.map(({ user }) => user), ...accounts(root)].filter((user) => user !== 'root');
  const users = [...people, ...report.privateUsers];
  const names = [...hosts, hostname(), lines(root, '/etc/hostname'), lines(root, '/etc/mailname')].flat();
  return {
    hosts: publicNames(hosts, { ledger, chosen: report.hostNames }),
    machines: distinct([...names, ...names.map((name) => name.split('.')[0] ?? '')]).filter(
      (name) => !hosts.includes(name),
    ),
    users: distinct(users.map((user) => user.split('@')[0] ?? '')),
    domains: distinct([...report.privateDomains, ...users.flatMap(domainOfMail), ...names.flatMap(domainOfHost)]),
    paths: distinct([
      ...hosts.flatMap((host) => ledger.positions(host).map(({ path }) => path)),
      ...(watch.logs === 'auto' ? [] : watch.logs),
    ]).filter((path) => path.includes('/')),
    networks: [
      ...[...allow, ...readAllowFile(protect.allowFile).entries].map(({ network }) => network),
      ...[...here.own.map(({ network }) => network), ...trustedProxies],
      // One customer of a network of IPv6 has all of it.
      ...logins.map(({ address }) => countedNetwork(address, config.ipv6Prefix)),
    ],
  };
}

/** In the order of their first bans, so that a host has the same number in every report, and none has the name of another. */
function publicNames(
  hosts: readonly string[],
  { ledger, chosen }: { ledger: PrivacySources['ledger']; chosen: ReadonlyMap<string, string> },
): Map<string, string> {
  const first = (host: string): number => ledger.firstBan(host) ?? Number.MAX_VALUE;
  const ordered = [...hosts].sort((a, b) => first(a) - first(b) || (a < b ? -1 : 1));
  const taken = new Set(chosen.values());
  let beyond = ordered.length;
  const numbered = (number: number): string => {
    const name = `host ${number}`;
    return taken.has(name) ? numbered(++beyond) : name;
  };
  return new Map(ordered.map((host, i) => [host, chosen.get(host) ?? numbered(i + 1)]));
}

function accounts(root: string): string[] {
  return lines(root, '/etc/passwd').flatMap((line) => {
    const [name = '', , uid = ''] = line.split(':');
    return /^\d+$/.test(uid) && Number(uid) >= UIDS.from && Number(uid) <= UIDS.until ? [name] : [];
  });
}

/** The lines of a small file; none when it is not there. */
function lines(root: string, path: string): string[] {
  try {
    return readFileSync(`${root}${path}`, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    // A system without the file has no names in it.
    return [];
  }
}

function domainOfMail(user: string): string[] {
  const domain = user.split('@')[1];
  return domain?.includes('.') ? [domain] : [];
}

/** Of `web1.example.org` example.org; a name of two parts may be a domain itself. */
function domainOfHost(name: string): string[] {
  const parts = name.split('.');
  if (parts.length < 2 || parts.some((part) => part === '') || /^\d+$/.test(parts.at(-1) ?? '')) return [];
  return [parts.slice(parts.length > 2 ? 1 : 0).join('.')];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== '');
}

const NOUNS: Readonly<Record<Sort, readonly [one: string, many: string]>> = {
  host: ['host name', 'host names'],
  user: ['user name', 'user names'],
  domain: ['domain', 'domains'],
  path: ['path', 'paths'],
  address: ['address', 'addresses'],
  mail: ['mail address', 'mail addresses'],
};

/** What the search cannot tell from other text; undefined when that is nothing. */
export function unsearchedSentence(unsearched: ReadonlyMap<Sort, number>): string | undefined {
  if (unsearched.size === 0) return undefined;
  const parts = [...unsearched].map(([sort, count]) => `${count} ${NOUNS[sort][count === 1 ? 0 : 1]}`);
  return `Hidden where they are names, but not searched for in running text, as they are short or common words: ${parts.join(', ')}.`;
}
