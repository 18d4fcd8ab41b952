/** The types of channels, by the name that the configuration has for them. */
import type { Channel, ChannelOptions } from '../channel.ts';
import { openJson } from './json.ts';

export { openMail, openPost } from './mail.ts';

export const channelTypes: Readonly<Record<string, (options: ChannelOptions) => Channel>> = {
  json: openJson,
};
