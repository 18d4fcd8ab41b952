/** Each part that a report leaves out, and why: who looks for it should not think that it was forgotten. */
import { dayName, dayOf } from '../../base/zone.ts';
import type { Inquiry } from './question.ts';

export function missing(inquiry: Inquiry): string[] {
  const { bans, attempts, unusual, users } = inquiry.facts;
  const none = [
    ...(bans.total === 0 ? ['Bans: the ledger has none in this period.'] : withoutOrigins(inquiry)),
    ...(attempts.total === 0 ? ['Attempts: the ledger has no tallies of this period.'] : []),
    ...(users.total === 0 ? ['User names: the ledger has none of this period.'] : []),
    // Without bans there is nothing that these could be about.
    ...(bans.total === 0 ? [] : withoutEvidence(inquiry)),
  ];
  const dropped = [
    { what: 'bans', count: bans.dropped },
    { what: 'attempts', count: attempts.dropped },
    { what: 'names', count: users.others },
    { what: 'stories', count: unusual.dropped },
    { what: 'networks', count: bans.subjects.unreadable },
  ] as const;
  const { method: phrases } = inquiry.phrases;
  return [
    ...none.map(inquiry.say),
    ...notCompared(inquiry),
    ...dropped.filter(({ count }) => count > 0).map((left) => phrases.dropped(left)),
  ];
}

function withoutOrigins({ facts }: Inquiry): string[] {
  const { names, points } = facts.bans.origins;
  return [
    ...(names.country.size === 0 ? ['Countries: no origin names one.'] : []),
    ...(names.country.size + points.size === 0 ? ['Maps: no origin names a country or a place.'] : []),
    ...(names.organization.size === 0
      ? ['Organizations: no origin names one; the country data that comes with Rapsheet has none.']
      : []),
    ...(names.type.size === 0 ? ['Types of network: no origin names one.'] : []),
    ...(names.scanner.size === 0 ? ['Totals without research scanners: no address belongs to one that is known.'] : []),
  ];
}

function withoutEvidence(inquiry: Inquiry): string[] {
  const { aims, bans, dialogue } = inquiry.facts;
  const hasTargets = aims.lines.some(({ target }) => target !== undefined);
  return [
    ...(bans.hosts.size < 2 ? ['Addresses on several hosts: all bans are of one host.'] : []),
    ...(hasTargets ? [] : ['Targets: no line of evidence that was looked at names one.']),
    ...(dialogue === undefined
      ? ['A dialogue with the mail server: no line of evidence that was looked at tells of one.']
      : []),
  ];
}

function notCompared({ facts, options, periodName, phrases, say }: Inquiry): string[] {
  const { comparison } = facts;
  if (comparison.before !== undefined) return [];
  const { missing: reason } = comparison;
  switch (reason.why) {
    case 'endless':
      return [say('Comparison with the period before: this one has no beginning or no end.')];
    case 'unfinished':
      return [say('Comparison with the period before: this one is not over.')];
    case 'nothing':
      return [phrases.method.nothingBefore({ period: periodName(reason.period.name) })];
    case 'late': {
      const first = dayName(dayOf(options.zone, reason.first));
      return [phrases.method.begunLate({ period: periodName(reason.period.name), first })];
    }
  }
}
