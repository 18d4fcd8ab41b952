/** In words, why a ban was made that no single window led to. */
import type { CampaignReason, HistoryForm, ImportedReason, SlowReason, WideReason } from '../model.ts';
import { formatDuration } from './duration.ts';
import { fromLog, printable } from './text.ts';
import { isoTime } from './zone.ts';

/** `number`: how a count is written. */
export function reasonWords(
  reason: SlowReason | WideReason | CampaignReason | ImportedReason,
  number: (value: number) => string = String,
): string {
  if (reason.rule === 'imported') return importedWords(reason);
  const within = formatDuration(reason.findTime);
  switch (reason.rule) {
    case 'slow': {
      const since = isoTime(reason.since)?.slice(0, 16).replace('T', ' ') ?? 'long ago';
      return `slow: ${number(reason.score)} since ${since} UTC, the limit is ${number(reason.limit)} in ${within}`;
    }
    case 'wide': {
      const { banned, size, attacked, limit } = reason;
      const took = `${number(banned)} parts of the network were banned within ${within} (it takes ${number(limit)})`;
      return `wide: ${took}; ${number(attacked)} of its ${number(size)} addresses attacked`;
    }
    case 'campaign': {
      const account = printable(fromLog(reason.user));
      return `campaign: one of ${number(reason.addresses)} addresses that tried "${account}" (${reason.service}) within ${within}`;
    }
  }
}

/** The records of other programs, as a person calls them. */
export const FORM_WORDS: Readonly<Record<HistoryForm, string>> = {
  'fail2ban-db': "fail2ban's database",
  'fail2ban-log': "fail2ban's log",
  'crowdsec-db': "CrowdSec's database",
  csv: 'a table',
};

/** The forms, in the order in which they are offered. */
export const HISTORY_FORMS: readonly HistoryForm[] = ['fail2ban-db', 'fail2ban-log', 'crowdsec-db', 'csv'];

export function historyForm(text: string): HistoryForm | undefined {
  return HISTORY_FORMS.find((form) => form === text);
}

function importedWords({ from, text }: ImportedReason): string {
  return `imported from ${FORM_WORDS[from]}${text === '' ? '' : `: ${printable(text)}`}`;
}
