/**
 * ntfy, of one's own or ntfy.sh: "Publish as JSON" of docs.ntfy.sh/publish. A message has at most 4,096 bytes, or it becomes
 * an attachment; the whole request has at most twice as many in ntfy's server.
 */
import type { Channel, ChannelOptions } from '../channel.ts';
import type { Notice } from '../notice.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { plain } from '../words/markup.ts';
import type { Urgency } from '../words/word.ts';
import { type Format, writerOf } from './body.ts';
import { endpointOf, refuse, tokenOf, urlOf } from './options.ts';

const MESSAGE_MAX = 4_096;
/** Of 8,192 as JSON, with room for the title and a link. */
const QUOTED_MAX = 6_000;

const PRIORITIES: Readonly<Record<Urgency, number>> = { low: 2, normal: 3, high: 4, urgent: 5 };
/** Names of emojis, which the apps show before the title. */
const TAGS: Readonly<Record<Notice['sort'], string>> = {
  ban: 'no_entry',
  digest: 'bar_chart',
  report: 'page_facing_up',
  test: 'white_check_mark',
};
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;

export const ntfyFormat: Format = {
  markup: plain,
  fits: (body) => Buffer.byteLength(body) <= MESSAGE_MAX && Buffer.byteLength(JSON.stringify(body)) <= QUOTED_MAX,
};

/** @throws ProblemError (78) */
export function ntfyChannel(options: ChannelOptions): Channel {
  const url = urlOf(options, 'https://ntfy.sh/');
  const topic = options.to ?? url.pathname.slice(1);
  if (!TOPIC.test(topic)) refuse(options, 'it has no topic of letters, digits, "-" and "_"', 'to = "alerts"');
  const { secrets, ...endpoint } = endpointOf(options, new URL('/', url));
  const all = [...secrets, topic];
  const authorization = options.token === undefined ? {} : { Authorization: `Bearer ${tokenOf(options)}` };
  const link = options.link === undefined ? {} : { click: options.link };
  const write = writerOf(options, ntfyFormat);
  return {
    name: options.name,
    async send(notice, { signal }) {
      const { words, body: message } = write(notice);
      const tags = [TAGS[notice.sort], notice.sort];
      const told = {
        topic,
        title: titleIn(words, plain),
        message,
        priority: PRIORITIES[words.urgency],
        tags,
        ...link,
      };
      const body = JSON.stringify(told);
      await deliver({ ...endpoint, secrets: all }, { method: 'POST', headers: authorization, body }, signal);
    },
    async close() {},
  };
}
