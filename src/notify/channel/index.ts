/** The types of channels, by the name that the configuration has for them. */
import type { Channel, ChannelOptions } from '../channel.ts';
import type { Format } from './body.ts';
import { discordChannel, discordFormat } from './discord.ts';
import { gotifyChannel, gotifyFormat } from './gotify.ts';
import { jsonChannel, jsonFormat } from './json.ts';
import { matrixChannel, matrixFormat } from './matrix.ts';
import { ntfyChannel, ntfyFormat } from './ntfy.ts';
import { pagerdutyChannel, pagerdutyFormat } from './pagerduty.ts';
import { slackChannel, slackFormat } from './slack.ts';
import { telegramChannel, telegramFormat } from './telegram.ts';

export { writerOf } from './body.ts';
export { openMail, openPost } from './mail.ts';

export interface ChannelType {
  /** @throws ProblemError (78) for what the configuration lacks */
  readonly open: (options: ChannelOptions) => Channel;
  /** What the service takes of a message. */
  readonly format: Format;
}

export const channelTypes: Readonly<Record<string, ChannelType>> = {
  json: { open: (options) => jsonChannel(options), format: jsonFormat },
  ntfy: { open: ntfyChannel, format: ntfyFormat },
  gotify: { open: gotifyChannel, format: gotifyFormat },
  slack: { open: slackChannel, format: slackFormat },
  discord: { open: discordChannel, format: discordFormat },
  matrix: { open: matrixChannel, format: matrixFormat },
  telegram: { open: telegramChannel, format: telegramFormat },
  pagerduty: { open: pagerdutyChannel, format: pagerdutyFormat },
};
