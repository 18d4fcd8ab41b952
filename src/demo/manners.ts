/** How an attacker goes about it: what one burst of his consists of. What its lines look like is for lines/ to say. */

export type Service = 'web' | 'mail' | 'ssh';

export interface Manner {
  readonly service: Service;
  /** The kinds of its attempts, taken in turn. */
  readonly kinds: readonly string[];
  /** What one attempt weighs by data/kinds.toml. */
  readonly weight: number;
  /** How many attempts one burst has, from the limit of the jail to a few that were on their way when the ban came. */
  readonly attempts: readonly [fewest: number, most: number];
  /** Milliseconds between one attempt and the next. */
  readonly pauseMs: readonly [shortest: number, longest: number];
}

export const MANNERS = {
  wordpress: probe('web.probe.wordpress', 8),
  git: probe('web.probe.git', 7),
  secrets: web(['web.probe.env', 'web.probe.env', 'web.probe.env', 'web.probe.env', 'web.probe.git'], 9),
  env: probe('web.probe.env', 8),
  phpmyadmin: probe('web.probe.phpmyadmin', 7),
  phpunit: probe('web.probe.phpunit', 7),
  cms: probe('web.probe.cms', 6),
  admin: probe('web.probe.admin', 6),
  shell: probe('web.probe.shell', 6),
  proxy: probe('web.probe.proxy', 6),
  foreign: probe('web.protocol', 6),
  malformed: probe('web.request', 6),
  tls: { ...probe('web.tls', 7), pauseMs: [300, 4000] },
  flood: { service: 'web', kinds: ['web.flood'], weight: 0.5, attempts: [24, 60], pauseMs: [2, 30] },
  imap: login('mail.auth.imap', 6),
  pop3: login('mail.auth.pop3', 6),
  sasl: login('mail.auth.smtp', 7),
  helo: { ...login('mail.helo', 6), pauseMs: [1000, 20_000] },
  relay: smtp('mail.relay', [3, 3]),
  http: smtp('mail.gibberish', [3, 5]),
  binary: smtp('mail.gibberish', [3, 4]),
  pipelining: smtp('mail.pipelining', [3, 4]),
  handshake: smtp('mail.pipelining', [3, 4]),
  recipient: smtp('mail.recipient', [1, 2], 1),
  blocklist: smtp('mail.blocklist', [1, 1]),
  silent: smtp('mail.noauth', [1, 3], 0.2),
  password: { service: 'ssh', kinds: ['ssh.login'], weight: 1, attempts: [5, 6], pauseMs: [3500, 25_000] },
} as const satisfies Record<string, Manner>;

export type MannerName = keyof typeof MANNERS;

/** The weighted attempts that a jail bans at, and the window that it looks at. The rules that the demo replays under. */
export const LIMIT = 5;
export const FIND_TIME_MS = 600_000;
/** The same of the long window, which begins anew with every ban. */
export const SLOW_LIMIT = 100;
export const SLOW_TIME_MS = 1_209_600_000;
/** The first ban's length; each further one of the same address is twice as long, up to the longest. */
export const FIRST_BAN_MS = 3_600_000;
export const LONGEST_BAN_MS = 604_800_000;

/** How long the next ban of an address lasts that was banned so often before, on whatever host. */
export function banLengthMs(prior: number): number {
  return Math.min(FIRST_BAN_MS * 2 ** prior, LONGEST_BAN_MS);
}

function probe(kind: string, most: number): Manner {
  return web([kind], most);
}

function web(kinds: readonly string[], most: number): Manner {
  return { service: 'web', kinds, weight: 1, attempts: [5, most], pauseMs: [150, 3500] };
}

function login(kind: string, most: number): Manner {
  return { service: 'mail', kinds: [kind], weight: 1, attempts: [5, most], pauseMs: [2500, 45_000] };
}

function smtp(kind: string, attempts: readonly [number, number], weight = 2): Manner {
  return { service: 'mail', kinds: [kind], weight, attempts, pauseMs: [1500, 30_000] };
}
