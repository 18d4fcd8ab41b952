/** [[channel]]: chats and webhooks that are told, each under a name. Without any, nothing is sent to any of them. */
import * as v from 'valibot';
import { type SecretPlace, secretPlace } from './secret.ts';
import { NOTICE_SORTS, type NoticeSort, sorts } from './sorts.ts';
import { absolutePath, text } from './values.ts';

/** `json`: a webhook of one's own, signed. All others speak the language of the service. */
export const CHANNEL_TYPES = ['json', 'ntfy', 'gotify', 'slack', 'discord', 'matrix', 'telegram', 'pagerduty'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

export interface ChannelSettings {
  readonly type: ChannelType;
  readonly name: string;
  /** http or https, without user and password. */
  readonly url: string | undefined;
  /** Where the address itself is the secret, as with Slack and Discord: instead of `url`. */
  readonly urlFile: SecretPlace | undefined;
  /** What the service knows us by; for `json` what messages are signed with. */
  readonly token: SecretPlace | undefined;
  /** Which room, chat or topic. */
  readonly to: string | undefined;
  /** A template of the user's own, by its whole path. */
  readonly template: string | undefined;
  /** A page that messages lead to. */
  readonly link: string | undefined;
  /** That http may be used beyond this machine and private networks. */
  readonly isPlainAllowed: boolean;
  readonly sorts: readonly NoticeSort[];
}

/** Each gets every message; more are no better heard. */
export const CHANNELS_MAX = 16;

export const webUrl = v.pipe(
  text,
  v.check((given) => isWebUrl(given), 'must be an address like "https://example.org/hook", without user and password'),
);

export function isWebUrl(given: string): boolean {
  if (!URL.canParse(given) || given.length > 2_000) return false;
  const { protocol, username, password } = new URL(given);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

export const channelsSchema = v.optional(
  v.array(
    v.strictObject({
      type: v.picklist(CHANNEL_TYPES, `must be one of ${CHANNEL_TYPES.join(', ')}`),
      name: v.pipe(
        text,
        v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, 'must be a name of at most 32 letters, digits, "-" and "_"'),
        v.notValue('mail', 'is the name of [mail]'),
      ),
      url: v.optional(webUrl),
      url_file: v.optional(secretPlace),
      token_file: v.optional(secretPlace),
      to: v.optional(text),
      template: v.optional(absolutePath),
      link: v.optional(webUrl),
      plain_http: v.optional(v.boolean('must be true or false')),
      sorts: v.optional(sorts),
    }),
  ),
);
export type ChannelsInput = NonNullable<v.InferOutput<typeof channelsSchema>>;

/** A later one of the same name replaces the one before. */
export function channelSettings(channels: ChannelsInput = []): readonly ChannelSettings[] {
  const named = new Map(
    channels.map(({ url_file: urlFile, token_file: token, ...channel }): [string, ChannelSettings] => [
      channel.name,
      {
        type: channel.type,
        name: channel.name,
        url: channel.url,
        urlFile,
        token,
        to: channel.to,
        template: channel.template,
        link: channel.link,
        isPlainAllowed: channel.plain_http ?? false,
        sorts: channel.sorts ?? NOTICE_SORTS,
      },
    ]),
  );
  return [...named.values()];
}
