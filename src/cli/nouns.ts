/** Attempts and bans as JSON Lines: one object each, times in ISO 8601 UTC, text as UTF-8. */
import { fromLog, printableJson } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { Attempt, Ban, Evidence, Origin } from '../model.ts';

export function attemptJson(attempt: Attempt, count: number): string {
  const { pattern, file } = attempt;
  return printableJson({
    time: new Date(attempt.time).toISOString(),
    address: attempt.address.text,
    service: pattern.service,
    kind: pattern.kind,
    filter: pattern.filter,
    pattern: pattern.number,
    user: textOrNull(attempt.user),
    target: textOrNull(attempt.target),
    host: file.host,
    file: file.path,
    offset: attempt.offset,
    count,
    line: fromLog(attempt.line),
  });
}

export function banJson(ban: Ban, origin: Origin): string {
  return printableJson({
    time: new Date(ban.from).toISOString(),
    until: isoTime(ban.until),
    address: ban.subject.text,
    host: ban.host,
    jail: ban.jail,
    service: ban.service,
    kind: ban.kind,
    prior: ban.prior,
    reason: ban.reason.rule === 'campaign' ? { ...ban.reason, user: fromLog(ban.reason.user) } : ban.reason,
    origin: {
      ...{ country: origin.country ?? null, asn: origin.asn ?? null, organization: origin.organization ?? null },
      ...{ network: origin.network ?? null, scanner: origin.scanner ?? null },
      ...{ type: origin.type ?? null, sources: origin.sources },
    },
    evidence: ban.evidence.map(evidenceJson),
  });
}

export function evidenceJson(evidence: Evidence): object {
  return {
    time: new Date(evidence.time).toISOString(),
    address: evidence.address.text,
    kind: evidence.kind,
    filter: evidence.filter,
    pattern: evidence.pattern,
    user: textOrNull(evidence.user),
    target: textOrNull(evidence.target),
    file: evidence.path,
    offset: evidence.offset,
    count: evidence.count,
    line: fromLog(evidence.line),
  };
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : fromLog(text);
}
