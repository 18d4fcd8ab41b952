/** What mails say more than the ledger knows: what kinds are in their language, and where countries lie. */
import type { Config } from '../config/config.ts';
import type { MailView } from '../notify/channel.ts';
import { landOfEarth } from '../report/geography/land.ts';
import { wordsOf } from '../report/report.ts';

/** Of mails and chats. */
export function languageOf({ alerts, report }: Pick<Config, 'alerts' | 'report'>): string {
  return alerts.language ?? report.language;
}

export function mailViewOf(config: Pick<Config, 'kinds' | 'zone' | 'alerts' | 'report'>): MailView {
  const { kinds, zone } = config;
  const language = languageOf(config);
  const { say } = wordsOf(language);
  const sentenceOf = (kind: string): string | undefined => {
    const sentence = kinds.get(kind)?.sentence;
    return sentence === undefined ? undefined : say(sentence);
  };
  return { language, zone, sentenceOf, geography: landOfEarth() };
}
