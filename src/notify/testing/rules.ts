/**
 * For the tests of channels: what the documents of the services say of a message, as strict as they are read, and what of a
 * message would act in their clients.
 */
import * as v from 'valibot';

/** Whatever would make a link or a mention of plain text: schemes, domains, names behind an @. */
export function actingIn(plain: string, link?: string): string[] {
  const text = link === undefined ? plain : plain.replaceAll(link, '');
  const found = text.match(/:\/\/|(?<!\[)@|[\p{L}\p{N}-][.\u3002](?:example|com|org)\b|\bwww\./gu);
  return [...(found ?? []), ...controlsIn(plain)];
}

/** But newlines, which are ours. */
export function controlsIn(text: string): string[] {
  return [
    ...(text.match(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu,
    ) ?? []),
  ];
}

/** Every string of a value, wherever it stands. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const bytes = (max: number) => v.check((text: string) => Buffer.byteLength(text) <= max, `has more than ${max} bytes`);
const url = v.pipe(v.string(), v.startsWith('https://'), v.url());
const some = v.pipe(v.string(), v.trim(), v.minLength(1));

/** docs.ntfy.sh/publish/#publish-as-json, and `readJSONWithLimit` of the server. */
export const ntfy = v.strictObject({
  topic: v.pipe(v.string(), v.regex(/^[-_A-Za-z0-9]{1,64}$/)),
  title: v.pipe(some, v.maxLength(250)),
  message: v.pipe(some, bytes(4_096)),
  priority: v.picklist([1, 2, 3, 4, 5]),
  tags: v.array(v.pipe(v.string(), v.regex(/^[a-z_]+$/))),
  click: v.optional(url),
});

/** gotify.net/api-docs (`message` is required) and gotify.net/docs/msgextras. */
export const gotify = v.strictObject({
  title: some,
  message: some,
  priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)),
  extras: v.strictObject({
    'client::display': v.strictObject({ contentType: v.literal('text/plain') }),
    'client::notification': v.optional(v.strictObject({ click: v.strictObject({ url }) })),
  }),
});

const richText = v.strictObject({
  type: v.literal('text'),
  text: v.pipe(v.string(), v.minLength(1)),
  style: v.optional(v.strictObject({ bold: v.optional(v.literal(true)), code: v.optional(v.literal(true)) })),
});
function textsIn(elements: readonly { readonly elements: readonly object[] }[]): string[] {
  return elements.flatMap((each) => each.elements.map((inner) => ('text' in inner ? String(inner.text) : '')));
}
const richLink = v.strictObject({ type: v.literal('link'), url });
const inner = v.pipe(v.array(v.union([richText, richLink])), v.minLength(1));

/** docs.slack.dev/reference/block-kit/blocks. */
export const slack = v.strictObject({
  text: v.pipe(some, v.maxLength(4_000)),
  blocks: v.pipe(
    v.array(
      v.variant('type', [
        v.strictObject({
          type: v.literal('header'),
          text: v.strictObject({
            type: v.literal('plain_text'),
            text: v.pipe(some, v.maxLength(150)),
            emoji: v.literal(false),
          }),
        }),
        v.strictObject({
          type: v.literal('section'),
          text: v.strictObject({
            type: v.literal('mrkdwn'),
            text: v.pipe(some, v.maxLength(3_000)),
            verbatim: v.literal(true),
          }),
        }),
        v.strictObject({
          type: v.literal('rich_text'),
          elements: v.pipe(
            v.array(
              v.variant('type', [
                v.strictObject({ type: v.literal('rich_text_section'), elements: inner }),
                v.strictObject({ type: v.literal('rich_text_preformatted'), elements: inner }),
              ]),
            ),
            v.minLength(1),
            v.check((elements) => textsIn(elements).join('').length <= 4_000, 'is long'),
          ),
        }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(50),
  ),
  unfurl_links: v.literal(false),
  unfurl_media: v.literal(false),
});

/** docs.discord.com/developers/resources/webhook and /message#embed-object-embed-limits. */
export const discord = v.strictObject({
  embeds: v.pipe(
    v.array(
      v.pipe(
        v.strictObject({
          title: v.pipe(some, v.maxLength(256)),
          description: v.pipe(some, v.maxLength(4_096)),
          color: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xff_ff_ff)),
          timestamp: v.pipe(v.string(), v.isoTimestamp()),
          url: v.optional(url),
        }),
        v.check(({ title, description }) => title.length + description.length <= 6_000, 'is long'),
      ),
    ),
    v.length(1),
  ),
  allowed_mentions: v.strictObject({ parse: v.pipe(v.array(v.never()), v.length(0)) }),
});

/** spec.matrix.org/latest/client-server-api/#mroommessage and #user-and-room-mentions. */
export const matrix = v.strictObject({
  msgtype: v.literal('m.text'),
  body: some,
  format: v.literal('org.matrix.custom.html'),
  formatted_body: some,
  'm.mentions': v.strictObject({}),
});

/** core.telegram.org/bots/api#sendmessage. */
export const telegram = v.strictObject({
  chat_id: v.pipe(v.string(), v.regex(/^-?\d+$|^@\w+$/)),
  message_thread_id: v.optional(v.pipe(v.number(), v.integer())),
  text: v.pipe(
    some,
    v.check((text) => htmlIn(text).text.length <= 4_096, 'is long'),
  ),
  parse_mode: v.literal('HTML'),
  link_preview_options: v.strictObject({ is_disabled: v.literal(true) }),
  disable_notification: v.boolean(),
});

/** developer.pagerduty.com/docs/events-api-v2, "Send an Alert Event". */
export const pagerduty = v.strictObject({
  routing_key: v.pipe(v.string(), v.length(32)),
  event_action: v.literal('trigger'),
  dedup_key: v.pipe(some, v.maxLength(255)),
  client: some,
  links: v.optional(v.array(v.strictObject({ href: url, text: some }))),
  payload: v.strictObject({
    summary: v.pipe(some, v.maxLength(1_024)),
    source: some,
    severity: v.picklist(['critical', 'error', 'warning', 'info']),
    timestamp: v.pipe(v.string(), v.isoTimestamp()),
    component: v.optional(some),
    group: v.optional(some),
    class: v.optional(some),
    custom_details: v.record(v.string(), v.string()),
  }),
});

export interface ReadHtml {
  readonly text: string;
  /** What is not within `code` or `pre`. */
  readonly bare: string;
  readonly tags: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** Reads the HTML of a chat as strictly as its document says. @throws Error */
export function htmlIn(html: string): ReadHtml {
  const open: string[] = [];
  const tags: string[] = [];
  let [text, bare] = ['', ''];
  for (const [piece] of html.matchAll(/<[^>]*>|&[^;]{0,10};|[\s\S]/gu)) {
    if (piece.startsWith('<')) {
      const [, slash, name = ''] = /^<(\/?)(b|code|pre|i|br)\/?>$/.exec(piece) ?? [];
      if (name === '') throw new Error(`${piece} is no tag of theirs`);
      tags.push(name);
      if (name === 'br') text += '\n';
      else if (slash === '') open.push(name);
      else if (open.pop() !== name) throw new Error(`${piece} closes nothing`);
      continue;
    }
    if (piece === '&' || piece === '>') throw new Error(`a bare ${piece}`);
    const character = piece.length > 1 && piece.startsWith('&') ? ENTITIES[piece] : piece;
    if (character === undefined) throw new Error(`${piece} is no entity of theirs`);
    text += character;
    if (!open.includes('code') && !open.includes('pre')) bare += character;
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return { text, bare, tags };
}

/** What of Discord's markdown is neither escaped nor within code, from left to right; `**` is ours. */
export function bareMarkdown(text: string): string {
  const rest = text.replace(/\\[^A-Za-z0-9\s]|```\n[^`]*\n```|`[^`\n]+`(?!`)/g, '');
  return rest.replace(/\*\*([^*\n]*)\*\*/g, '$1');
}
