/** What the ledger holds, line by line: each ban with its length and reason, each line of evidence with its place. */
import { isListedKind } from '../../base/kind.ts';
import { fromLog } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import { count, duration, text, time } from '../column.ts';
import type { Newest } from '../facts/newest.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Listed } from '../phrase/sheet.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { SheetFacts } from './sheet-facts.ts';
import type { Effects, SheetBan, SheetEvidence } from './sheet-records.ts';

/** `effectsOf` is asked of the listed bans only. */
export function bans(facts: SheetFacts, words: Words, effectsOf: (ban: SheetBan) => Effects): Table {
  const listed = facts.bans
    .items()
    .map((ban) => ({ ...banCells(ban, words), effect: effectText(effectsOf(ban), words) }));
  const dry = words.phrases.sheet.block({ state: 'dry-run' });
  const isDry = listed.length > 0 && listed.every(({ effect }) => effect === dry);
  const hasEffects = !isDry && listed.some(({ effect }) => effect !== null);
  const draft: Draft = {
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
  };
  return finishTable(draft, words);
}

function banCells(ban: SheetBan, words: Words) {
  const { id, from, until, subject, host, jail, prior } = ban;
  const reason = words.phrases.sheet.reason(ban.reason);
  return { id, from, until, length: until - from, subject, host, jail, prior, reason };
}

/** `blocked; released 2024-10-03 12:00 UTC: asked for`. */
function effectText({ blocks, releases }: Effects, { phrases: { sheet } }: Words): string | null {
  const tries = new Set(blocks.map((block) => sheet.block(block)));
  const ends = releases.map(({ at, why }) => sheet.released({ at: isoTime(at)?.slice(0, 16).replace('T', ' '), why }));
  const told = [...tries, ...ends].slice(0, EFFECTS);
  return told.length === 0 ? null : told.join('; ');
}

/** A block is tried again for as long as its ban lasts; the first reasons say enough. */
const EFFECTS = 5;

export function evidence(facts: SheetFacts, words: Words): Table {
  const hasListed = facts.evidence.items().some(({ kind }) => isListedKind(kind));
  const draft: Draft = {
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
    rows: facts.evidence.items().map((line) => item(evidenceCells(line, words))),
    total: undefined,
    notes: newestNote(facts.evidence, words, 'lines'),
  };
  return finishTable(draft, words);
}

function evidenceCells(line: SheetEvidence, { phrases }: Words) {
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
    listing: isListedKind(kind) && target !== undefined ? phrases.sheet.listedBy(fromLog(target)) : null,
  };
}

export function newestNote(list: Newest<unknown>, words: Words, things: Listed): string[] {
  const listed = list.items().length;
  return listed === list.count ? [] : [words.phrases.notes.newest({ listed, of: list.count, things })];
}
