/**
 * Attempts that stay below the limit: strangers who try something once or twice and move on. Each address is used for
 * one burst only, and none weighs enough for a ban.
 */
import { attemptsAt, type Burst, offsetsFor } from './burst.ts';
import { OWNER_PHONE, strangers } from './crowd.ts';
import { MANNERS, type Manner, type MannerName } from './manners.ts';
import { DAY, HOUR, type Host, MINUTE, MONTH, SECOND } from './month.ts';
import { type Random, randomOf, weighted } from './random.ts';

/** Failed logins to IMAP and POP3 in the whole month, the attackers' and the strays' together. */
const MAILBOX_ATTEMPTS = 886;
/** The owner mistypes the new password on the phone, twice. */
const TYPING_ERRORS = 2;

interface Habit {
  readonly hosts: readonly Host[];
  readonly bursts: number;
  readonly manners: ReadonlyArray<readonly [MannerName, number]>;
}

const HABITS: readonly Habit[] = [
  {
    hosts: ['web1', 'web2'],
    bursts: 1300,
    manners: [
      ['wordpress', 60],
      ['env', 10],
      ['git', 8],
      ['foreign', 6],
      ['malformed', 4],
      ['admin', 5],
      ['shell', 3],
      ['cms', 3],
      ['proxy', 1],
    ],
  },
  {
    hosts: ['mail'],
    bursts: 620,
    manners: [
      ['blocklist', 45],
      ['recipient', 20],
      ['silent', 20],
      ['sasl', 10],
      ['http', 3],
      ['handshake', 2],
    ],
  },
  { hosts: ['web1', 'web2', 'mail'], bursts: 260, manners: [['password', 1]] },
];

/** The strays around these attacks. */
export function strayBursts(attacks: readonly Burst[], seed: number): Burst[] {
  const random = randomOf(seed, 'strays');
  const addresses = strangers(random).values();
  const next = (): string => {
    const { value, done } = addresses.next();
    if (done) throw new RangeError('more strays than strangers');
    return value;
  };
  const bursts = HABITS.flatMap((habit) =>
    Array.from({ length: habit.bursts }, () => {
      const manner = weighted(habit.manners, random);
      return stray({ address: next(), host: random.pick(habit.hosts), manner, most: 3 }, random);
    }),
  );
  return [...bursts, ...typingErrors(), ...mailboxStrays(MAILBOX_ATTEMPTS - mailboxAttempts(attacks), next, random)];
}

interface Stray {
  readonly address: string;
  readonly host: Host;
  readonly manner: MannerName;
  readonly most: number;
}

/** A weight of three at the most: far enough from a ban that two patterns for one line make no difference. */
function stray({ address, host, manner, most }: Stray, random: Random): Burst {
  const { weight, pauseMs }: Manner = MANNERS[manner];
  const count = Math.min(random.whole(1, most), Math.max(1, Math.floor(3 / weight)));
  const start = MONTH.from + random.whole(HOUR, MONTH.until - MONTH.from - HOUR);
  return {
    address,
    host,
    manner,
    attempts: attemptsAt(start, manner, offsetsFor(count, pauseMs, random)),
    bans: false,
  };
}

function mailboxAttempts(bursts: readonly Burst[]): number {
  let count = 0;
  for (const burst of bursts) if (burst.manner === 'imap' || burst.manner === 'pop3') count += burst.attempts.length;
  return count;
}

function typingErrors(): Burst[] {
  const offsets = Array.from({ length: TYPING_ERRORS }, (_, index) => index * 21 * SECOND);
  const attempts = attemptsAt(MONTH.from + 16 * DAY + 19 * HOUR + 12 * MINUTE, 'imap', offsets);
  return [{ address: OWNER_PHONE, host: 'mail', manner: 'imap', attempts, bans: false }];
}

/** Exactly so many attempts more, the owner's among them. */
function mailboxStrays(total: number, next: () => string, random: Random): Burst[] {
  const bursts: Burst[] = [];
  let left = total - TYPING_ERRORS;
  if (left < 0) throw new RangeError('the attackers alone try more mailboxes than the month has attempts');
  while (left > 0) {
    const manner = random.pick(['imap', 'imap', 'pop3'] as const);
    const burst = stray({ address: next(), host: 'mail', manner, most: Math.min(3, left) }, random);
    bursts.push(burst);
    left -= burst.attempts.length;
  }
  return bursts;
}
