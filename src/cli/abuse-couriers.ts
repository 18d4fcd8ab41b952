/** Reports of abuse, as `rapsheet notify run` sends them: who takes them, and what is told to services without a review. */
import type { AlertSettings } from '../config/alerts.ts';
import type { Config } from '../config/config.ts';
import { type Environment, readSecret } from '../config/secret.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { AtOnce, abuseIpDb, blocklistDe, deskMail, settleDelivered } from '../notify/abuse/abuse.ts';
import { openPost } from '../notify/channel/index.ts';
import type { Courier } from '../notify/channel.ts';
import { currentDiscretion, servicesOf } from './abuse-drafts.ts';

/** @throws ProblemError when a secret cannot be read, or this build does not mail */
export function couriersOf({ abuse, mail }: AlertSettings, environment: Environment): readonly Courier[] {
  const { reporter, abuseipdb, blocklistDe: blocklist } = abuse;
  const couriers: Courier[] = [];
  if (reporter && mail) {
    const { server, sendmail, user, to } = mail;
    const password = mail.password === undefined ? undefined : readSecret(mail.password, environment);
    const post = openPost({ name: 'mail', server, sendmail, user, password, from: reporter.contact, to });
    couriers.push(deskMail({ post, reporter }));
  }
  if (abuseipdb !== undefined) couriers.push(abuseIpDb({ key: readSecret(abuseipdb, environment) }));
  if (blocklist) couriers.push(blocklistDe({ server: blocklist.server, key: readSecret(blocklist.key, environment) }));
  return couriers;
}

/** What becomes of reports is recorded so often. */
const SETTLE_MS = 30_000;

/** What is done about reports at each turn; whether there is more at once. */
export function abuseTurn(config: Config, ledger: Ledger): (now: number) => Promise<boolean> {
  const { abuse } = config.alerts;
  const ways = abuse.review ? [] : servicesOf(abuse);
  const discretion = () => currentDiscretion(config, ledger);
  const atOnce = new AtOnce({ ledger, ways, kinds: config.kinds, lines: abuse.lines, discretion });
  let settled = Number.NEGATIVE_INFINITY;
  return async (now) => {
    if (Math.abs(now - settled) >= SETTLE_MS) {
      settleDelivered(ledger, now);
      settled = now;
    }
    return ways.length === 0 ? false : atOnce.turn(now);
  };
}
