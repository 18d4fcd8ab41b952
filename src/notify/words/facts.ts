/** A notice as the facts that programs read: names as in `notice.ts`, times in ISO 8601 (UTC), text of logs in UTF-8. */
import { fromLog } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import type { Reason } from '../../model.ts';
import type { DigestNotice, Notice, ToldBan } from '../notice.ts';

export function factsOf(notice: Notice): Readonly<Record<string, unknown>> {
  const told = { ...notice, made: isoTime(notice.made) };
  if (notice.sort === 'ban') return { ...told, ban: banFacts(notice.ban) };
  if (notice.sort === 'digest') return { ...told, ...digestFacts(notice) };
  return told;
}

function banFacts(ban: ToldBan): Readonly<Record<string, unknown>> {
  return {
    ...ban,
    from: isoTime(ban.from),
    until: ban.until === null ? null : isoTime(ban.until),
    reason: reasonFacts(ban.reason),
    evidence: ban.evidence.map((each) => ({ ...each, time: isoTime(each.time), line: fromLog(each.line) })),
    record: { ...ban.record, first: isoTime(ban.record.first) },
  };
}

function reasonFacts(reason: Reason): Readonly<Record<string, unknown>> {
  if (reason.rule === 'slow') return { ...reason, since: isoTime(reason.since) };
  if (reason.rule !== 'campaign') return { ...reason };
  return { ...reason, user: fromLog(reason.user), since: isoTime(reason.since) };
}

function digestFacts({ from, until, groups, held }: DigestNotice): Readonly<Record<string, unknown>> {
  return {
    from: isoTime(from),
    until: isoTime(until),
    groups: groups.map((group) => (group.by === 'campaign' ? { ...group, name: fromLog(group.name) } : group)),
    held: held.map(banFacts),
  };
}
