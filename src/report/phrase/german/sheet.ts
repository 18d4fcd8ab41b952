/** The rap sheet in German. */

import { dated, duration, durationDative } from '../../../base/german.ts';
import { germanReason } from '../../../base/german-reasons.ts';
import { isLeftToActions } from '../../../base/left-to-actions.ts';
import type { Block, Reason } from '../../../model.ts';
import type { Writing } from '../phrase.ts';
import type { Omission, SheetPhrases } from '../sheet.ts';

export function sheet(write: Writing): SheetPhrases {
  const { written, counted } = write;
  return {
    user: (name) => `Benutzername ${name}`,
    returns: ({ subject, host, times, soonestMs }) => {
      const when = soonestMs < 1_000 ? 'sofort' : `nach ${durationDative(soonestMs)}`;
      return `${subject} wurde ${written(times)}-mal auf ${host} binnen eines Tages nach dem Ende einer Sperre erneut gesperrt, frühestens ${when}`;
    },
    adapted: ({ subject, host, beforeMs, afterMs, limit, findTimeMs }) => {
      const before = `vor der Sperre ein Versuch alle ${duration(beforeMs)}, danach alle ${duration(afterMs)}`;
      return `${subject} wurde auf ${host} langsamer: ${before}; die Grenze liegt bei ${written(limit)} in ${durationDative(findTimeMs)}`;
    },
    further: ({ addresses }) => `und ${counted(addresses, 'weitere Adresse', 'weitere Adressen')}`,
    more: (count) => `${written(count)} weitere`,
    estimated: (place) => `${place} (geschätzt)`,
    said: ({ source, day, address }) => `(${source}, ${dated(day)}${address === undefined ? '' : `, über ${address}`})`,
    reverseName: ({ name, verified }) => `${name} (${verified ? 'bestätigt' : 'nicht bestätigt'})`,
    notOn: (lists) => `nicht auf ${lists.join(', ')}`,
    listedBy: (listing) => `geführt von ${listing}`,
    reason: (reason) => reasonIn(reason, write),
    block: blockIn,
    released: ({ at, why }) => {
      const when = at === undefined ? 'zu unbekannter Zeit' : `am ${dated(at)} (UTC)`;
      return `aufgehoben ${when}${why === '' ? '' : `: ${why}`}`;
    },
    neighborsOf: ({ type, name, outside }) => {
      const of = type === 'network' ? `des Netzes ${name}` : `der Organisation ${name}`;
      return `Sperren anderer Adressen ${of}${outside === undefined ? '' : ` außerhalb von ${outside}`}`;
    },
    steps: ({ days }) => `Jeder Schritt umfasst ${written(days)} Tage.`,
    lanes: ({ count }) =>
      `Die ${written(count)} Stellen mit den meisten Angriffsversuchen; die übrigen sind zusammengezählt.`,
    tried: ({ times, led }) => {
      const tried = `Der Name wurde insgesamt ${written(times)}-mal versucht.`;
      return `${tried}${led ? ' Das Folgende zählt die Angriffsversuche, die zu Sperren führten.' : ''}`;
    },
    omitted: (omission) => omitted(omission, write),
  };
}

function blockIn(block: Block): string {
  if (block.state === 'blocked') return 'blockiert';
  if (block.state === 'dry-run') return 'nicht blockiert (Probelauf)';
  if (isLeftToActions(block)) return 'den Aktionen des Jails überlassen (fail2ban.actions)';
  return block.state === 'refused' ? `nicht blockiert: ${block.why}` : `ohne Wirkung blockiert: ${block.why}`;
}

function reasonIn(reason: Reason, { written, compare }: Writing): string {
  switch (reason.rule) {
    case 'manual':
      return `durch ${reason.by}${reason.why === '' ? '' : `: ${reason.why}`}`;
    case 'threshold': {
      const kinds = Object.entries(reason.kinds).sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
      const tried = kinds.map(([kind, attempts]) => `${kind} ${written(attempts)}`).join(', ');
      return `${written(reason.score)} erreicht, die Grenze liegt bei ${written(reason.limit)} in ${durationDative(reason.findTime)}: ${tried}`;
    }
    default:
      return germanReason(reason, written);
  }
}

function omitted(omission: Omission, { written }: Writing): string {
  switch (omission.of) {
    case 'bans':
      return `Gezählt sind die neuesten ${written(omission.read)} von ${written(omission.all)} Sperren.`;
    case 'details':
      return `Benutzernamen, Zeilen und Angaben anderer stammen von den neuesten ${written(omission.read)} Sperren.`;
    case 'members':
      return `Die Angriffsversuche sind die von ${written(omission.read)} der ${written(omission.all)} gesperrten Adressen.`;
    case 'search':
      return `Die ältesten ${written(omission.unread)} Sperren wurden nicht nach dem Namen durchsucht.`;
    case 'tallies':
      return `Angriffsversuche von Adressen ab ${omission.from} fehlen: Es sind zu viele.`;
    case 'neighbors': {
      const { where, read, all } = omission;
      return `Von ${where} sind die neuesten ${written(read)} von ${written(all)} Sperren berücksichtigt.`;
    }
  }
}
