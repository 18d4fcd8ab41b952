/** AbuseIPDB: an address, its categories and a comment (docs.abuseipdb.com, version 2 of the API, REPORT). */
import { isoTime } from '../../base/zone.ts';
import { type Courier, DeliveryError } from '../channel.ts';
import { AGAIN_MS, channelOf } from './queue.ts';
import { entryFrom } from './told.ts';
import { ask, said } from './web.ts';

export interface AbuseIpDbOptions {
  readonly key: string;
  /** Elsewhere only in tests. */
  readonly url?: string;
}

const URL_OF_REPORTS = 'https://api.abuseipdb.com/api/v2/report';
/** A free account has a thousand a day: when they are used up, it says when there are new ones. */
const PER_HOUR = 360;

export function abuseIpDb({ key, url = URL_OF_REPORTS }: AbuseIpDbOptions): Courier {
  return {
    name: channelOf('abuseipdb'),
    perHour: PER_HOUR,
    async deliver(content, { signal }) {
      const entry = entryFrom(content);
      if (entry?.way !== 'abuseipdb') throw unreadable();
      const { address: ip, categories, comment, time } = entry;
      const timestamp = isoTime(time)?.replace(/\.\d{3}Z$/, '+00:00');
      const form = { ip, categories: categories.join(','), comment, ...(timestamp === undefined ? {} : { timestamp }) };
      const { status, text, waitMs } = await ask({ url, headers: { key }, form, signal });
      if (status === 200) return;
      const what = `AbuseIPDB answers ${status}${said(text)}`;
      // Without a time, it is this address that was reported a quarter of an hour ago, by whomever with this key.
      if (status === 429) throw new DeliveryError(what, { waitMs: waitMs ?? AGAIN_MS });
      throw new DeliveryError(what, { isFinal: status < 500 && status !== 408 });
    },
    close: () => Promise.resolve(),
  };
}

export function unreadable(): DeliveryError {
  return new DeliveryError('it cannot be read', { isFinal: true });
}
