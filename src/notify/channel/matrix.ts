/**
 * Matrix: m.room.message by the client-server API (spec.matrix.org/latest/client-server-api), `PUT .../send/.../{txnId}`. The
 * transaction is the delivery's id, so that a message that is sent again is there once. `m.mentions` is empty: nobody is
 * pinged, whatever the text says. m.text, for clients are silent about m.notice. Rooms with encryption are not for us.
 */
import type { Channel, ChannelOptions } from '../channel.ts';
import { deliver } from '../web/web.ts';
import { titleIn, written } from '../words/fit.ts';
import { htmlMarkup, plain } from '../words/markup.ts';
import { type Body, type Format, writerOf } from './body.ts';
import { htmlProblem, htmlText } from './html.ts';
import { below, endpointOf, roomOf, tokenOf, urlOf } from './options.ts';

/** Bytes of HTML; with the same as plain text, of which every character may take three, below the 65,536 of an event. */
const HTML_MAX = 12_000;
/** Of those that the specification asks clients to show. */
const TAGS: ReadonlySet<string> = new Set(
  'b blockquote br code del details em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong summary table tbody td th thead tr u ul a'.split(
    ' ',
  ),
);

export const matrixFormat: Format = {
  markup: htmlMarkup,
  fits: (body) => Buffer.byteLength(body) <= HTML_MAX,
  problemIn: (body) => htmlProblem(body, TAGS),
};

/** @throws ProblemError (78) */
export function matrixChannel(options: ChannelOptions): Channel {
  const room = roomOf(options, /^![\x21-\x7e]{1,254}$/, '!abcdefghijklmnop:example.org');
  const base = below(urlOf(options), `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/`);
  const headers = { Authorization: `Bearer ${tokenOf(options)}` };
  const write = writerOf(options, matrixFormat);
  return {
    name: options.name,
    async send(notice, { id, signal }) {
      const endpoint = endpointOf(options, new URL(encodeURIComponent(id), base));
      const body = JSON.stringify({
        msgtype: 'm.text',
        format: 'org.matrix.custom.html',
        ...textOf(write(notice), options.link),
        'm.mentions': {},
      });
      await deliver(endpoint, { method: 'PUT', headers, body }, signal);
    },
    async close() {},
  };
}

function textOf({ words, body, isOwn }: Body, link: string | undefined): { body: string; formatted_body: string } {
  const end = link === undefined ? { text: '', html: '' } : { text: `\n${link}`, html: `\n${htmlMarkup.text(link)}` };
  if (isOwn) return { body: htmlText(body) + end.text, formatted_body: withBreaks(body + end.html) };
  return {
    body: `${titleIn(words, plain)}\n${written(words, plain)}${end.text}`,
    formatted_body: withBreaks(`<b>${titleIn(words, htmlMarkup)}</b>\n${body}${end.html}`),
  };
}

/** Newlines that are seen, also outside of `<pre>`. */
function withBreaks(html: string): string {
  return html
    .split(/(<pre>[\s\S]*?<\/pre>)/)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replaceAll('\n', '<br/>')))
    .join('');
}
