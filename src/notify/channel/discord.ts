/**
 * Discord: "Execute Webhook" (docs.discord.com/developers/resources/webhook) with one embed, whose limits are in
 * docs.discord.com/developers/resources/message. `allowed_mentions` without any: nobody is pinged, whatever a text says;
 * `wait`: what is not saved is an error. `to` is a thread.
 */
import { isoTime } from '../../base/zone.ts';
import type { Channel, ChannelOptions } from '../channel.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { discordMarkup } from '../words/markup.ts';
import { cut, type Urgency, type Words } from '../words/word.ts';
import { type Format, writerOf } from './body.ts';
import { endpointOf, roomOf, urlOf } from './options.ts';

const TITLE_MAX = 256;
const DESCRIPTION_MAX = 4_096;
const COLORS: Readonly<Record<Urgency, number>> = {
  low: 0x57_6c_8a,
  normal: 0x2f_6f_b5,
  high: 0xc9_7a_12,
  urgent: 0xb3_26_1e,
};

export const discordFormat: Format = { markup: discordMarkup, fits: (body) => body.length <= DESCRIPTION_MAX };

/** @throws ProblemError (78) */
export function discordChannel(options: ChannelOptions): Channel {
  const url = new URL(urlOf(options));
  url.searchParams.set('wait', 'true');
  if (options.to !== undefined) url.searchParams.set('thread_id', roomOf(options, /^\d{1,20}$/, '1234567890123456789'));
  const endpoint = endpointOf(options, url);
  const write = writerOf(options, discordFormat);
  const link = options.link === undefined ? {} : { url: options.link };
  return {
    name: options.name,
    async send(notice, { signal }) {
      const { words, body: description } = write(notice);
      const timestamp = isoTime(notice.made);
      const embed = { title: titleOf(words), description, color: COLORS[words.urgency], timestamp, ...link };
      const body = JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } });
      await deliver(endpoint, { method: 'POST', headers: {}, body }, signal);
    },
    async close() {},
  };
}

/** As much of it as there is room for: what is cut is the names in it, for half an escape would be none. */
function titleOf(words: Words): string {
  let title = titleIn(words, discordMarkup);
  for (let most = TITLE_MAX; title.length > TITLE_MAX; most--) {
    const spans = words.title.map(({ as, text }) => ({ as, text: cut(text, most) }));
    title = titleIn({ title: spans }, discordMarkup);
  }
  return title;
}
