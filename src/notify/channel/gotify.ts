/**
 * Gotify: POST /message of gotify.net/api-docs, with the token of an application in X-Gotify-Key. The extras are those of
 * gotify.net/docs/msgextras: plain text, and the page that a tap opens.
 */
import type { Channel, ChannelOptions } from '../channel.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { plain } from '../words/markup.ts';
import type { Urgency } from '../words/word.ts';
import { type Format, writerOf } from './body.ts';
import { below, endpointOf, tokenOf, urlOf } from './options.ts';

/** No limit is documented; this is more than a phone shows. */
const MESSAGE_MAX = 8_192;
/** Its app rings from 4 on, and insists from 8 on. */
const PRIORITIES: Readonly<Record<Urgency, number>> = { low: 2, normal: 4, high: 6, urgent: 8 };

export const gotifyFormat: Format = { markup: plain, fits: (body) => Buffer.byteLength(body) <= MESSAGE_MAX };

/** @throws ProblemError (78) */
export function gotifyChannel(options: ChannelOptions): Channel {
  const endpoint = endpointOf(options, below(urlOf(options), '/message'));
  const headers = { 'X-Gotify-Key': tokenOf(options) };
  const click = options.link === undefined ? {} : { 'client::notification': { click: { url: options.link } } };
  const extras = { 'client::display': { contentType: 'text/plain' }, ...click };
  const write = writerOf(options, gotifyFormat);
  return {
    name: options.name,
    async send(notice, { signal }) {
      const { words, body: message } = write(notice);
      const title = titleIn(words, plain);
      const body = JSON.stringify({ title, message, priority: PRIORITIES[words.urgency], extras });
      await deliver(endpoint, { method: 'POST', headers, body }, signal);
    },
    async close() {},
  };
}
