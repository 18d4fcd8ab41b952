/** The types of channels, by the name that the configuration has for them. */
import type { Channel, ChannelOptions, MailOptions } from '../channel.ts';
import { openJson } from './json.ts';
import { openMail as mail } from './mail.ts';

export const channelTypes: Readonly<Record<string, (options: ChannelOptions) => Channel>> = {
  json: openJson,
};

/** Undefined: this build mails nothing. */
export const openMail: ((options: MailOptions) => Channel) | undefined = mail;
