/**
 * PagerDuty and what understands its Events API v2 (developer.pagerduty.com/docs/events-api-v2, "Send an Alert Event"): each
 * notice triggers an alert. `dedup_key` is the delivery's id, so that one that is sent again is the same alert. The token is
 * the integration key.
 */
import { isoTime } from '../../base/zone.ts';
import type { Channel, ChannelOptions } from '../channel.ts';
import type { Notice } from '../notice.ts';
import { phrasesOf } from '../phrase/index.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { plain } from '../words/markup.ts';
import { cut, type Urgency } from '../words/word.ts';
import { type Format, writerOf } from './body.ts';
import { endpointOf, tokenOf, urlOf } from './options.ts';

const SUMMARY_MAX = 1_024;
/** Of 512 KB that an event may have. */
const DETAILS_MAX = 65_536;
const SEVERITIES: Readonly<Record<Urgency, string>> = {
  low: 'info',
  normal: 'warning',
  high: 'error',
  urgent: 'critical',
};

export const pagerdutyFormat: Format = { markup: plain, fits: (body) => Buffer.byteLength(body) <= DETAILS_MAX };

/** @throws ProblemError (78) */
export function pagerdutyChannel(options: ChannelOptions): Channel {
  const endpoint = endpointOf(options, urlOf(options, 'https://events.pagerduty.com/v2/enqueue'));
  const routingKey = tokenOf(options, /^[A-Za-z0-9]{20,64}$/);
  const links =
    options.link === undefined
      ? {}
      : { links: [{ href: options.link, text: phrasesOf(options.language ?? 'en').chat.link }] };
  const write = writerOf(options, pagerdutyFormat);
  return {
    name: options.name,
    async send(notice, { id, signal }) {
      const { words, body: text } = write(notice);
      const event = {
        ...{
          routing_key: routingKey,
          event_action: 'trigger',
          dedup_key: `rapsheet-${id}`,
          client: 'Rapsheet',
          ...links,
        },
        payload: {
          summary: cut(titleIn(words, plain), SUMMARY_MAX),
          severity: SEVERITIES[words.urgency],
          timestamp: isoTime(notice.made),
          custom_details: { text },
          ...whereOf(notice),
        },
      };
      await deliver(endpoint, { method: 'POST', headers: {}, body: JSON.stringify(event) }, signal);
    },
    async close() {},
  };
}

function whereOf(notice: Notice): Readonly<Record<string, string>> {
  if (notice.sort !== 'ban') return { source: notice.host ?? 'rapsheet', class: notice.sort };
  const { host, service, jail, kind } = notice.ban;
  return { source: host, component: service, group: jail, class: kind };
}
