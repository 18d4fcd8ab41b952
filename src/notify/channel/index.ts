/** The types of channels, by the name that the configuration has for them. */
import type { Channel, ChannelOptions } from '../channel.ts';
import { discordChannel } from './discord.ts';
import { gotifyChannel } from './gotify.ts';
import { jsonChannel } from './json.ts';
import { matrixChannel } from './matrix.ts';
import { ntfyChannel } from './ntfy.ts';
import { pagerdutyChannel } from './pagerduty.ts';
import { slackChannel } from './slack.ts';
import { telegramChannel } from './telegram.ts';

export { openMail, openPost } from './mail.ts';

export const channelTypes: Readonly<Record<string, (options: ChannelOptions) => Channel>> = {
  json: (options) => jsonChannel(options),
  ntfy: ntfyChannel,
  gotify: gotifyChannel,
  slack: slackChannel,
  discord: discordChannel,
  matrix: matrixChannel,
  telegram: telegramChannel,
  pagerduty: pagerdutyChannel,
};
