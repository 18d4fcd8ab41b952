/** What mails say more than the ledger knows: what kinds are, and where countries lie. */
import type { Config } from '../config/config.ts';
import type { MailView } from '../notify/channel.ts';
import { landOfEarth } from '../report/geography/land.ts';

export function mailViewOf({ kinds, zone }: Pick<Config, 'kinds' | 'zone'>): MailView {
  return { zone, sentenceOf: (kind) => kinds.get(kind)?.sentence, geography: landOfEarth() };
}
