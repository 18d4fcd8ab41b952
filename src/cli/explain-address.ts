/** Why an address is or is not banned, from the ledger, and from the daemon when one answers. */
import { hostname } from 'node:os';
import { type Address, contains, countedNetwork, parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { isListedKind } from '../base/kind.ts';
import { isLeftToActions } from '../base/left-to-actions.ts';
import { reasonWords } from '../base/reason-words.ts';
import { fromLog, printable, printableJson } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { Config } from '../config/config.ts';
import { readAnswer } from '../daemon/answers.ts';
import { DaemonSilent } from '../daemon/client.ts';
import type { AddressStanding } from '../daemon/protocol.ts';
import { isReleased, peekReleases, type SpooledRelease } from '../daemon/releases.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord, Block, Evidence, Reason } from '../model.ts';
import { askOf, type DaemonOptions, EMERGENCY_MS } from './daemon-call.ts';
import { ledgerPath } from './ledger-path.ts';
import { openLedgerFor } from './open.ts';

interface AddressOptions extends DaemonOptions {
  readonly settings: Config;
  readonly ledger?: string;
}

export async function explainAddress(
  address: Address,
  options: AddressOptions,
): Promise<{ text: string; yes: boolean }> {
  const ledger = await openLedgerFor(options, options.settings, 'read');
  try {
    const daemon = await standingOf(address, options);
    const waiting = peekReleases(ledgerPath(options.ledger ?? options.settings.ledger));
    const answer = { ...answerOf(address, ledger, { config: options.settings, waiting }), daemon };
    const text = options.json
      ? `${printableJson(answer)}\n`
      : `${sentences(answer, options.ledger).map(printable).join('\n')}\n`;
    return { text, yes: answer.inForce.length > 0 || (daemon?.inForce ?? []).length > 0 };
  } finally {
    ledger.close();
  }
}

/** What the daemon says; null when there is none to ask. */
async function standingOf(address: Address, options: AddressOptions): Promise<AddressStanding | null> {
  try {
    const ask = askOf(options, options.settings, EMERGENCY_MS);
    return readAnswer.explain(await ask({ verb: 'explain', address: address.text }));
  } catch (error) {
    if (error instanceof DaemonSilent) return null;
    throw error;
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
  /** What the daemon says of now; null without one. */
  readonly daemon: AddressStanding | null;
}

interface BanFacts {
  readonly host: string;
  readonly jail: string;
  readonly from: string;
  /** Null: for good. */
  readonly until: string | null;
  readonly reason: string;
  /** What last became of it; null when that is not recorded. */
  readonly effect: string | null;
  /** What DNS blocklists said of the address, where they led to the ban. */
  readonly listings: readonly string[];
}

function answerOf(
  address: Address,
  ledger: Ledger,
  { config, waiting }: { config: Config; waiting: readonly SpooledRelease[] },
): Omit<Answer, 'daemon'> {
  const subject = countedNetwork(address, config.ipv6Prefix);
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
    inForce: bans.filter((ban) => ban.until > now && !isOver(ban, ledger, waiting)).map((ban) => factsOf(ban, ledger)),
    bans: bans.length,
    lastBan: newest ? factsOf(newest, ledger) : null,
    attempts: [...kinds.values()].reduce((sum, count) => sum + count, 0),
    kinds: [...kinds].map(([kind, attempts]) => ({ kind, attempts })).sort((a, b) => b.attempts - a.attempts),
    lastAttempt: last === 0 ? null : new Date(last).toISOString(),
    allowed: allow?.reason ?? null,
  };
}

/** Whether somebody ended it before its time, recorded already or not yet. */
function isOver({ subject, host, from }: BanRecord, ledger: Ledger, waiting: readonly SpooledRelease[]): boolean {
  const network = parseNetwork(subject);
  if (!network) return false;
  const recorded = ledger.releasesOf(network).filter((release) => release.subject === subject && release.host === host);
  const noted = host === hostname() ? waiting.filter((release) => isReleased(release, network)) : [];
  return [...recorded, ...noted].some(({ at }) => at >= from);
}

function factsOf(ban: BanRecord, ledger: Ledger): BanFacts {
  return {
    host: ban.host,
    jail: ban.jail,
    from: new Date(ban.from).toISOString(),
    until: isoTime(ban.until),
    reason: reasonText(ledger.reasonOf(ban.id)),
    effect: effectText(ledger.blocksOf(ban.id).at(-1)),
    listings: listingsIn(ledger.evidenceOf(ban.id)),
  };
}

function listingsIn(evidence: readonly Evidence[]): string[] {
  const told = evidence.flatMap(({ kind, target }) => (isListedKind(kind) && target !== undefined ? [target] : []));
  return [...new Set(told)].map(fromLog);
}

function reasonText(reason: Reason | undefined): string {
  if (!reason) return 'unknown';
  if (reason.rule === 'manual') return `by ${reason.by}${reason.why === '' ? '' : `: ${reason.why}`}`;
  if (reason.rule !== 'threshold') return reasonWords(reason);
  const kinds = Object.entries(reason.kinds).map(([kind, count]) => `${count} × ${kind}`);
  const within = formatDuration(reason.findTime);
  return `${kinds.join(', ')} within ${within}: weight ${reason.score}, limit ${reason.limit}`;
}

/** What last became of the ban, as a sentence's end. */
function effectText(block: Block | undefined): string | null {
  if (!block) return null;
  switch (block.state) {
    case 'dry-run':
      return 'not blocked: a dry run';
    case 'blocked':
      return 'blocked';
    default:
      return isLeftToActions(block) ? block.why : `${block.state}: ${block.why}`;
  }
}

function sentences(answer: Answer, ledger: string | undefined): string[] {
  const { subject, inForce, lastBan, kinds } = answer;
  const isHeld = answer.daemon?.inForce.some((ban) => ban.blocked) === true;
  const unrecorded = isHeld ? 'blocked' : 'not known to be blocked';
  const state = inForce.map(
    (ban) =>
      `${subject} is banned on ${ban.host} (${ban.jail}) ${endOf(ban)}: ${ban.reason}; ${ban.effect ?? unrecorded}.`,
  );
  const not =
    answer.attempts === 0 && answer.bans === 0
      ? `${subject} is not banned: the ledger knows no attempt of it.`
      : `${subject} is not banned now.`;
  return [
    ...(state.length > 0 ? state : [not]),
    ...(answer.allowed === null ? [] : [`It is on the allowlist (${answer.allowed}) and is never banned.`]),
    ...(lastBan && state.length === 0
      ? [
          `Banned ${answer.bans === 1 ? 'once' : `${answer.bans} times`}; the last ban on ${lastBan.host} (${lastBan.jail}) was ${endOf(lastBan)}: ${lastBan.reason}.`,
        ]
      : []),
    ...listingSentences(inForce.length > 0 || !lastBan ? inForce : [lastBan]),
    ...(kinds.length > 0
      ? [
          `Attempts: ${kinds.map(({ kind, attempts }) => `${attempts} × ${kind}`).join(', ')}; the last at ${answer.lastAttempt}.`,
        ]
      : []),
    ...(kinds.length > 0 && answer.bans === 0 && !isOverLimit(answer)
      ? ['None of its windows ever reached a limit.']
      : []),
    ...standingSentences(answer.daemon, inForce.length > 0),
    ...(answer.attempts > 0
      ? [`All of it: rapsheet show ${subject}${ledger === undefined ? '' : ` --ledger ${ledger}`}`]
      : []),
  ];
}

function listingSentences(bans: readonly BanFacts[]): string[] {
  return [...new Set(bans.flatMap(({ listings }) => listings))].map((listing) => `It was listed by ${listing}`);
}

function endOf({ until }: { readonly until: string | null }): string {
  return until === null ? 'for good' : `until ${until}`;
}

/** How far it is now: protection, windows, and whether what is banned is stopped. */
/** By rules that were changed since: the next attempt bans it. */
function isOverLimit({ daemon }: Answer): boolean {
  return daemon?.windows.some(({ score, limit }) => score >= limit) ?? false;
}

function standingSentences(daemon: AddressStanding | null, known: boolean): string[] {
  if (!daemon) return [];
  const { protectedBy, windows, inForce, ineffective } = daemon;
  return [
    ...(protectedBy === null ? [] : [`It is protected and not banned: ${protectedBy}.`]),
    ...windows.map(
      ({ jail, score, limit, findTimeMs, oldest }) =>
        `Jail ${jail}: ${score} of ${limit} in ${formatDuration(findTimeMs)}, the oldest at ${oldest}.`,
    ),
    ...(known ? [] : inForce.map((ban) => `The daemon has it banned by ${ban.jail} ${endOf(ban)}.`)),
    ...inForce.filter((ban) => !ban.blocked).map((ban) => `The kernel does NOT hold the block of ${ban.subject}.`),
    ...(ineffective
      ? [
          `The ban has NO effect: ${ineffective.attempts} attempts since ${ineffective.since} (${ineffective.cause}): ${ineffective.what}`,
          `  do: ${ineffective.remedy}`,
        ]
      : []),
  ];
}
