/** What mails say more than the ledger knows: what kinds are, and where countries lie. */
import type { Zone } from '../base/zone.ts';
import type { Config } from '../config/config.ts';
import type { MailView } from '../notify/channel.ts';
import { landOfEarth } from '../report/geography/land.ts';

export function mailViewOf({ kinds }: Config, zone: Zone): MailView {
  return { zone, sentenceOf: (kind) => kinds.get(kind)?.sentence, geography: landOfEarth() };
}
