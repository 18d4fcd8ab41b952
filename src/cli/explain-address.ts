/** Why an address is or is not banned, from the ledger. */
import { type Address, contains, isIPv4, networkOf } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { printable, printableJson } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord } from '../model.ts';
import { openLedgerFor } from './stages.ts';

interface AddressOptions {
  readonly config: Config;
  readonly ledger?: string;
  readonly json?: boolean;
}

export async function explainAddress(
  address: Address,
  options: AddressOptions,
): Promise<{ text: string; yes: boolean }> {
  const ledger = await openLedgerFor(options, options.config, 'read');
  try {
    const answer = answerOf(address, ledger, options.config);
    const text = options.json
      ? `${printableJson(answer)}\n`
      : `${sentences(answer, options.ledger).map(printable).join('\n')}\n`;
    return { text, yes: answer.inForce.length > 0 };
  } finally {
    ledger.close();
  }
}

interface Answer {
  readonly subject: string;
  readonly inForce: readonly BanFacts[];
  readonly bans: number;
  readonly lastBan: BanFacts | null;
  readonly attempts: number;
  readonly kinds: ReadonlyArray<{ readonly kind: string; readonly attempts: number }>;
  readonly lastAttempt: string | null;
  readonly allowed: string | null;
}

interface BanFacts {
  readonly host: string;
  readonly jail: string;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

function answerOf(address: Address, ledger: Ledger, config: Config): Answer {
  const subject = networkOf(address, isIPv4(address) ? 32 : config.ipv6Prefix);
  const now = systemClock();
  const bans = [...ledger.bansOf(subject)];
  const kinds = new Map<string, number>();
  let last = 0;
  for (const tally of ledger.talliesOf(subject)) {
    kinds.set(tally.kind, (kinds.get(tally.kind) ?? 0) + tally.count);
    last = Math.max(last, tally.last);
  }
  const newest = bans.at(-1);
  const allow = config.allow.find(({ network, until }) => contains(network, address) && (until ?? now + 1) > now);
  return {
    subject: subject.text,
    inForce: bans.filter((ban) => ban.until > now).map((ban) => factsOf(ban, ledger)),
    bans: bans.length,
    lastBan: newest ? factsOf(newest, ledger) : null,
    attempts: [...kinds.values()].reduce((sum, count) => sum + count, 0),
    kinds: [...kinds].map(([kind, attempts]) => ({ kind, attempts })).sort((a, b) => b.attempts - a.attempts),
    lastAttempt: last === 0 ? null : new Date(last).toISOString(),
    allowed: allow?.reason ?? null,
  };
}

function factsOf(ban: BanRecord, ledger: Ledger): BanFacts {
  const reason = ledger.reasonOf(ban.id);
  const kinds = Object.entries(reason?.kinds ?? {}).map(([kind, count]) => `${count} × ${kind}`);
  const within = reason
    ? ` within ${formatDuration(reason.findTime)}: weight ${reason.score}, limit ${reason.limit}`
    : '';
  return {
    host: ban.host,
    jail: ban.jail,
    from: new Date(ban.from).toISOString(),
    until: new Date(ban.until).toISOString(),
    reason: `${kinds.join(', ')}${within}`,
  };
}

function sentences(answer: Answer, ledger: string | undefined): string[] {
  const { subject, inForce, lastBan, kinds } = answer;
  const state = inForce.map(
    (ban) => `${subject} is banned on ${ban.host} (${ban.jail}) until ${ban.until}: ${ban.reason}.`,
  );
  const not =
    answer.attempts === 0
      ? `${subject} is not banned: the ledger knows no attempt of it.`
      : `${subject} is not banned now.`;
  return [
    ...(state.length > 0 ? state : [not]),
    ...(answer.allowed === null ? [] : [`It is on the allowlist (${answer.allowed}) and is never banned.`]),
    ...(lastBan && state.length === 0
      ? [
          `Banned ${answer.bans === 1 ? 'once' : `${answer.bans} times`}; the last ban on ${lastBan.host} (${lastBan.jail}) ended ${lastBan.until}: ${lastBan.reason}.`,
        ]
      : []),
    ...(kinds.length > 0
      ? [
          `Attempts: ${kinds.map(({ kind, attempts }) => `${attempts} × ${kind}`).join(', ')}; the last at ${answer.lastAttempt}.`,
        ]
      : []),
    ...(kinds.length > 0 && answer.bans === 0 ? ['None of its windows ever reached a limit.'] : []),
    ...(answer.attempts > 0
      ? [`All of it: rapsheet show ${subject}${ledger === undefined ? '' : ` --ledger ${ledger}`}`]
      : []),
  ];
}
