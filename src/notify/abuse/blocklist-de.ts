/** blocklist.de: an address, what it attacked, and the lines (www.blocklist.de/en/httpreports.html). */
import { type Courier, DeliveryError } from '../channel.ts';
import { unreadable } from './abuseipdb.ts';
import { channelOf } from './queue.ts';
import { entryFrom } from './told.ts';
import { ask, said } from './web.ts';

export interface BlocklistDeOptions {
  /** The mail address or number that it knows this server by. */
  readonly server: string;
  readonly key: string;
  /** Elsewhere only in tests. */
  readonly url?: string;
}

const URL_OF_REPORTS = 'https://www.blocklist.de/en/httpreports.html';
/** One in ten seconds: it is run by volunteers. */
const PER_HOUR = 360;

export function blocklistDe({ server, key, url = URL_OF_REPORTS }: BlocklistDeOptions): Courier {
  return {
    name: channelOf('blocklist.de'),
    perHour: PER_HOUR,
    async deliver(content, { signal }) {
      const entry = entryFrom(content);
      if (entry?.way !== 'blocklist.de') throw unreadable();
      const { address: ip, service, lines: logs } = entry;
      const form = { server, apikey: key, ip, service, logs, format: 'json' };
      const { status, text, waitMs } = await ask({ url, headers: {}, form, signal });
      const what = `blocklist.de answers ${status}${said(text)}`;
      if (status === 429) throw new DeliveryError(what, waitMs === undefined ? {} : { waitMs });
      if (status !== 200) throw new DeliveryError(what, { isFinal: status < 500 && status !== 408 });
      if (!isTaken(text)) throw new DeliveryError(`blocklist.de refuses it${said(text)}`, { isFinal: true });
    },
    close: () => Promise.resolve(),
  };
}

/** Success and failure both come with status 200. */
function isTaken(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return false;
    const status: unknown = Reflect.get(answer, 'status');
    const error: unknown = Reflect.get(answer, 'error');
    return status === 'success' || (status === undefined && (error === 0 || error === '0'));
  } catch {
    return false; // A page for people: something is wrong with the address or the service.
  }
}
