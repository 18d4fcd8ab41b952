/** In German words, why a ban was made that no single window led to. The English ones are in reason-words.ts. */
import type { CampaignReason, HistoryForm, ImportedReason, SlowReason, WideReason } from '../model.ts';
import { dated, durationDative } from './german.ts';
import { fromLog, printable } from './text.ts';
import { isoTime } from './zone.ts';

/** The records of other programs, as they stand after "aus". */
export const GERMAN_FORMS: Readonly<Record<HistoryForm, string>> = {
  'fail2ban-db': 'der Datenbank von fail2ban',
  'fail2ban-log': 'dem Log von fail2ban',
  'crowdsec-db': 'der Datenbank von CrowdSec',
  csv: 'einer Tabelle',
};

/** `written`: how a count is written. */
export function germanReason(
  reason: SlowReason | WideReason | CampaignReason | ImportedReason,
  written: (value: number) => string,
): string {
  switch (reason.rule) {
    case 'imported':
      return `übernommen aus ${GERMAN_FORMS[reason.from]}${reason.text === '' ? '' : `: ${printable(reason.text)}`}`;
    case 'slow': {
      const since = isoTime(reason.since)?.slice(0, 16).replace('T', ' ');
      const when = since === undefined ? 'langem' : `${dated(since)} UTC`;
      return `langsam: ${written(reason.score)} seit ${when}, die Grenze liegt bei ${written(reason.limit)} in ${durationDative(reason.findTime)}`;
    }
    case 'wide': {
      const { banned, size, attacked, limit, findTime } = reason;
      const took = `${written(banned)} Teile des Netzes wurden innerhalb von ${durationDative(findTime)} gesperrt (nötig sind ${written(limit)})`;
      return `ganzes Netz: ${took}; von seinen ${written(size)} Adressen griffen ${written(attacked)} an`;
    }
    case 'campaign': {
      const account = printable(fromLog(reason.user));
      return `Kampagne: eine von ${written(reason.addresses)} Adressen, die es innerhalb von ${durationDative(reason.findTime)} mit dem Konto „${account}“ (${reason.service}) versuchten`;
    }
  }
}
