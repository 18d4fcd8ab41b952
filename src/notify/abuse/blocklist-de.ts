/** blocklist.de: an address, what it attacked, and the lines (www.blocklist.de/en/httpreports.html). */
import { jsonFields } from '../../base/json.ts';
import { type Courier, DeliveryError } from '../channel.ts';
import { reasonIn } from '../web/answer.ts';
import { ask, type Endpoint, isTaken, refusal } from '../web/web.ts';
import { unreadable } from './abuseipdb.ts';
import { channelOf } from './queue.ts';
import { entryFrom } from './told.ts';

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
  const endpoint: Endpoint = { url: new URL(url), name: 'blocklist.de', secrets: [key], isPlainAllowed: false };
  return {
    name: channelOf('blocklist.de'),
    perHour: PER_HOUR,
    async deliver(content, { signal }) {
      const entry = entryFrom(content);
      if (entry?.way !== 'blocklist.de') throw unreadable();
      const { address: ip, service, lines: logs } = entry;
      const body = new URLSearchParams({ server, apikey: key, ip, service, logs, format: 'json' });
      const headers = { accept: 'application/json' };
      const reply = await ask(endpoint, { method: 'POST', headers, body }, signal);
      if (!isTaken(reply.status)) throw refusal(endpoint, reply);
      if (!reply.isWhole) throw new DeliveryError('blocklist.de breaks off its answer');
      if (isSuccess(reply.body)) return;
      const reason = reasonIn(reply.body, endpoint.secrets);
      const what = reason === undefined ? 'does not say that it took it' : `refuses it: ${reason}`;
      throw new DeliveryError(`blocklist.de ${what}`, { isFinal: true });
    },
    close: () => Promise.resolve(),
  };
}

/** Success and failure both come with status 200. */
function isSuccess(text: string): boolean {
  // A page for people is none of it: something is wrong with the address or the service.
  const { status, error } = jsonFields(text) ?? { status: 'unknown' };
  return status === 'success' || (status === undefined && (error === 0 || error === '0'));
}
