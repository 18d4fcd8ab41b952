/**
 * Slack: an incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) with blocks. Text is in a
 * rich_text block (docs.slack.dev/reference/block-kit/blocks/rich-text-block), in which text is text: there is no markup to
 * escape, no mention and no link in it. A template's text is mrkdwn in a section, `verbatim`, so that Slack links nothing.
 */
import type { Channel, ChannelOptions } from '../channel.ts';
import { deliver } from '../web/web.ts';
import { titleIn } from '../words/fit.ts';
import { slackMarkup } from '../words/markup.ts';
import { cut, type Part, type Span, titleText } from '../words/word.ts';
import { type Body, type Format, writerOf } from './body.ts';
import { endpointOf, urlOf } from './options.ts';

/** Of a section's text (text-object); for rich_text none is documented, and it is kept to the same. */
const TEXT_MAX = 3_000;
const HEADER_MAX = 150;

export const slackFormat: Format = { markup: slackMarkup, fits: (body) => body.length <= TEXT_MAX };

/** @throws ProblemError (78) */
export function slackChannel(options: ChannelOptions): Channel {
  const endpoint = endpointOf(options, urlOf(options));
  const write = writerOf(options, slackFormat);
  return {
    name: options.name,
    async send(notice, { signal }) {
      const written = write(notice);
      const body = JSON.stringify({
        // What notifications show.
        text: titleIn(written.words, slackMarkup),
        blocks: [...blocksOf(written), ...linkBlock(options.link)],
        unfurl_links: false,
        unfurl_media: false,
      });
      await deliver(endpoint, { method: 'POST', headers: {}, body }, signal);
    },
    async close() {},
  };
}

function blocksOf({ words, body, isOwn }: Body): object[] {
  if (isOwn) return [{ type: 'section', text: { type: 'mrkdwn', text: body, verbatim: true } }];
  const header = {
    type: 'header',
    text: { type: 'plain_text', text: cut(titleText(words), HEADER_MAX), emoji: false },
  };
  const elements = words.parts.map(elementOf).filter(({ elements: inner }) => inner.length > 0);
  return elements.length > 0 ? [header, { type: 'rich_text', elements }] : [header];
}

interface Element {
  readonly type: 'rich_text_section' | 'rich_text_preformatted';
  readonly elements: readonly object[];
}

function elementOf(part: Part): Element {
  if (part.kind === 'log') {
    return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: part.lines.join('\n') }] };
  }
  const spans = part.spans.filter(({ text }) => text !== '');
  return { type: 'rich_text_section', elements: [...spans.map(textOf), { type: 'text', text: '\n' }] };
}

function textOf({ as, text }: Span): object {
  if (as === 'text') return { type: 'text', text };
  return { type: 'text', text, style: as === 'bold' ? { bold: true } : { code: true } };
}

function linkBlock(link: string | undefined): object[] {
  if (link === undefined) return [];
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url: link }] }] }];
}
