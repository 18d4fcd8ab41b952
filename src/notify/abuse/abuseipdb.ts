/** AbuseIPDB: an address, its categories and a comment (docs.abuseipdb.com, version 2 of the API, REPORT). */
import { isoTime } from '../../base/zone.ts';
import { type Courier, DeliveryError } from '../channel.ts';
import { ask, type Endpoint, isTaken, refusal } from '../web/web.ts';
import { AGAIN_MS, channelOf } from './queue.ts';
import { entryFrom } from './told.ts';

export interface AbuseIpDbOptions {
  readonly key: string;
  /** Elsewhere only in tests. */
  readonly url?: string;
}

const URL_OF_REPORTS = 'https://api.abuseipdb.com/api/v2/report';
/** A free account has a thousand a day: when they are used up, it says when there are new ones. */
const PER_HOUR = 360;

export function abuseIpDb({ key, url = URL_OF_REPORTS }: AbuseIpDbOptions): Courier {
  const endpoint: Endpoint = { url: new URL(url), name: 'AbuseIPDB', secrets: [key], isPlainAllowed: false };
  return {
    name: channelOf('abuseipdb'),
    perHour: PER_HOUR,
    async deliver(content, { signal }) {
      const entry = entryFrom(content);
      if (entry?.way !== 'abuseipdb') throw unreadable();
      const { address: ip, categories, comment, time } = entry;
      const timestamp = isoTime(time)?.replace(/\.\d{3}Z$/, '+00:00');
      const stamp = timestamp === undefined ? {} : { timestamp };
      const body = new URLSearchParams({ ip, categories: categories.join(','), comment, ...stamp });
      const headers = { key, accept: 'application/json' };
      const reply = await ask(endpoint, { method: 'POST', headers, body }, signal);
      if (isTaken(reply.status)) return;
      const error = refusal(endpoint, reply);
      // Without a time, it is this address that was reported a quarter of an hour ago, by whomever with this key.
      const isSoon = reply.status === 429 && error.waitMs === undefined;
      throw isSoon ? new DeliveryError(error.message, { waitMs: AGAIN_MS }) : error;
    },
    close: () => Promise.resolve(),
  };
}

export function unreadable(): DeliveryError {
  return new DeliveryError('it cannot be read', { isFinal: true });
}
