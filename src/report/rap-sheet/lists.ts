/** What the ledger holds, line by line: each ban with its length and reason, each line of evidence with its place. */
import { formatDuration } from '../../base/duration.ts';
import { isListedKind } from '../../base/kind.ts';
import { reasonWords } from '../../base/reason-words.ts';
import { fromLog } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import type { Block, Reason } from '../../model.ts';
import { count, duration, text, time } from '../column.ts';
import type { Newest } from '../facts/newest.ts';
import { finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { SheetFacts } from './sheet-facts.ts';
import type { Effects, SheetBan, SheetEvidence } from './sheet-records.ts';

/** `effectsOf` is asked of the listed bans only. */
export function bans(facts: SheetFacts, words: Words, effectsOf: (ban: SheetBan) => Effects): Table {
  const listed = facts.bans.items().map((ban) => ({ ...banCells(ban, words), effect: effectText(effectsOf(ban)) }));
  const isDry = listed.length > 0 && listed.every(({ effect }) => effect === DRY);
  const hasEffects = !isDry && listed.some(({ effect }) => effect !== null);
  return finishTable({
    name: 'bans',
    title: 'Bans',
    base: 'bans',
    columns: [
      count('id', 'No.', { rule: { type: 'label' } }),
      time('from', 'From'),
      duration('length', 'Length'),
      text('subject', 'Address', { show: 'wide', overflow: 'whole' }),
      text('host', 'Host', { show: 'roomy' }),
      text('jail', 'Jail'),
      count('prior', 'Earlier bans', { rule: { type: 'label' }, show: 'roomy' }),
      text('reason', 'Reason', { overflow: 'below' }),
      ...(hasEffects ? [text('effect', 'What became of it', { overflow: 'below' })] : []),
      time('until', 'Until', 'data'),
    ],
    rows: listed.map(item),
    total: undefined,
    notes: [
      ...newestNote(facts.bans, words, 'bans'),
      ...(isDry ? ['No firewall was asked to block any of them.'] : []),
    ],
  });
}

function banCells(ban: SheetBan, words: Words) {
  const { id, from, until, subject, host, jail, prior } = ban;
  return { id, from, until, length: until - from, subject, host, jail, prior, reason: reasonText(ban.reason, words) };
}

/** `blocked; released 2024-10-03 12:00 UTC: asked for`. */
function effectText({ blocks, releases }: Effects): string | null {
  const told = [...new Set(blocks.map(blockText)), ...releases.map(releaseText)].slice(0, EFFECTS);
  return told.length === 0 ? null : told.join('; ');
}

/** Logs were replayed, or the daemon ran on trial. */
const DRY = 'not blocked (dry run)';

/** A block is tried again for as long as its ban lasts; the first reasons say enough. */
const EFFECTS = 5;

function blockText(block: Block): string {
  if (block.state === 'blocked') return 'blocked';
  if (block.state === 'dry-run') return DRY;
  return block.state === 'refused' ? `not blocked: ${block.why}` : `blocked without effect: ${block.why}`;
}

function releaseText({ at, why }: Effects['releases'][number]): string {
  const when = isoTime(at)?.slice(0, 16).replace('T', ' ') ?? 'at some time';
  return `released ${when} UTC${why === '' ? '' : `: ${why}`}`;
}

/** `12 of at most 5 in 10m: ssh.login 12`; half counts come from kinds that weigh less. */
function reasonText(reason: Reason, words: Words): string {
  if (reason.rule === 'manual') return `by ${reason.by}${reason.why === '' ? '' : `: ${reason.why}`}`;
  if (reason.rule !== 'threshold') return reasonWords(reason, (value) => words.written(value));
  const kinds = Object.entries(reason.kinds).sort((a, b) => b[1] - a[1] || words.compare(a[0], b[0]));
  const tried = kinds.map(([kind, attempts]) => `${kind} ${words.written(attempts)}`).join(', ');
  const limit = `the limit is ${words.written(reason.limit)} in ${formatDuration(reason.findTime)}`;
  return `reached ${words.written(reason.score)}, ${limit}: ${tried}`;
}

export function evidence(facts: SheetFacts, words: Words): Table {
  const hasListed = facts.evidence.items().some(({ kind }) => isListedKind(kind));
  return finishTable({
    name: 'evidence',
    title: 'Evidence',
    base: 'lines that led to bans',
    columns: [
      count('ban', 'Ban', { rule: { type: 'label' } }),
      time('time', 'Time'),
      text('kind', 'Kind', { overflow: 'whole' }),
      text('host', 'Host', { show: 'roomy' }),
      text('file', 'File'),
      count('offset', 'Offset', { rule: { type: 'label' } }),
      text('address', 'Address', { show: 'wide', overflow: 'whole' }),
      text('pattern', 'Pattern', { show: 'wide' }),
      text('user', 'User name', { show: 'data', author: 'stranger' }),
      text('target', 'Target', { show: 'data', author: 'stranger' }),
      text('line', 'Line', { overflow: 'below', author: 'stranger' }),
      ...(hasListed ? [text('listing', 'Blocklist', { overflow: 'below', author: 'stranger' })] : []),
    ],
    rows: facts.evidence.items().map((line) => item(evidenceCells(line))),
    total: undefined,
    notes: newestNote(facts.evidence, words, 'lines'),
  });
}

function evidenceCells(line: SheetEvidence) {
  const { ban, time: at, kind, host, path, offset, filter, user, target } = line;
  return {
    ban,
    time: at,
    kind,
    host,
    file: path,
    offset,
    address: line.address.text,
    // What was imported was matched by no pattern of ours.
    pattern: line.pattern === 0 ? filter : `${filter} ${line.pattern}`,
    user: user === undefined ? null : fromLog(user),
    target: target === undefined ? null : fromLog(target),
    line: fromLog(line.line),
    listing: isListedKind(kind) && target !== undefined ? `listed by ${fromLog(target)}` : null,
  };
}

export function newestNote(list: Newest<unknown>, words: Words, plural: string): string[] {
  const listed = list.items().length;
  return listed === list.count
    ? []
    : [`The newest ${words.written(listed)} of ${words.written(list.count)} ${plural}.`];
}
