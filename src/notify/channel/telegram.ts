/**
 * Telegram: sendMessage of the Bot API (core.telegram.org/bots/api#sendmessage), in its HTML style
 * (core.telegram.org/bots/api#html-style). Text of others is in `code` and `pre`, in which Telegram finds no mentions, links or
 * commands. `to` is a chat, with `:` and a number a topic of it. The bot's token is in the address, which is told to nobody.
 */
import type { Channel, ChannelOptions } from '../channel.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { htmlMarkup } from '../words/markup.ts';
import { type Format, writerOf } from './body.ts';
import { htmlProblem } from './html.ts';
import { below, endpointOf, roomOf, tokenOf, urlOf } from './options.ts';

/** Characters after the tags were taken out; tags are counted here, too. */
const TEXT_MAX = 4_096;
/** For the title: some words, and at most five names of 60 characters that are written with six. */
const TITLE_ROOM = 1_900;
const TAGS: ReadonlySet<string> = new Set(
  'b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote'.split(' '),
);

export const telegramFormat: Format = {
  markup: htmlMarkup,
  fits: (body) => body.length <= TEXT_MAX - TITLE_ROOM,
  problemIn: (body) => htmlProblem(body, TAGS),
};

/** @throws ProblemError (78) */
export function telegramChannel(options: ChannelOptions): Channel {
  const token = tokenOf(options, /^\d{1,20}:[A-Za-z0-9_-]{10,100}$/);
  const room = roomOf(options, /^(?:-?\d{1,20}|@[A-Za-z0-9_]{4,32})(?::\d{1,10})?$/, '-1001234567890');
  const [chat = '', topic] = room.split(':');
  const url = below(urlOf(options, 'https://api.telegram.org/'), `/bot${token}/sendMessage`);
  const endpoint = endpointOf(options, url);
  const write = writerOf(options, telegramFormat);
  const thread = topic === undefined ? {} : { message_thread_id: Number(topic) };
  return {
    name: options.name,
    async send(notice, { signal }) {
      const { words, body, isOwn } = write(notice);
      const text = isOwn ? body : `<b>${titleIn(words, htmlMarkup)}</b>\n\n${body}`;
      const message = {
        ...{ chat_id: chat, ...thread, text, parse_mode: 'HTML' },
        link_preview_options: { is_disabled: true },
        disable_notification: words.urgency === 'low',
      };
      await deliver(endpoint, { method: 'POST', headers: {}, body: JSON.stringify(message) }, signal);
    },
    async close() {},
  };
}
