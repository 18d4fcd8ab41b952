/** From the configuration to channels: their secrets are read here, and given to nobody else. */
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { ChannelSettings } from '../config/channels.ts';
import { isWebUrl } from '../config/channels.ts';
import type { Config } from '../config/config.ts';
import type { MailSettings } from '../config/mail.ts';
import { type Environment, readSecret, type SecretPlace } from '../config/secret.ts';
import { channelTypes, openMail } from '../notify/channel/index.ts';
import type { Channel, MailView, TemplateText } from '../notify/channel.ts';
import type { Recipient } from '../notify/notify.ts';
import { languageOf, mailViewOf } from './mail-view.ts';

/** A template is a message, and a message has at most a page. */
const TEMPLATE_MAX = 65_536;

/** @throws ProblemError when a secret or a template cannot be read, or a channel lacks something */
export function recipientsOf(config: Config, environment: Environment): readonly Recipient[] {
  const { mail, channels } = config.alerts;
  const language = languageOf(config);
  const opened = channels.map((settings) => ({
    channel: openChannel(settings, { language, environment }),
    sorts: settings.sorts,
  }));
  return mail
    ? [{ channel: mailChannel(mail, environment, mailViewOf(config)), sorts: mail.sorts }, ...opened]
    : opened;
}

/** The name of the channel that [mail] is. */
const MAIL = 'mail';

function mailChannel(mail: MailSettings, environment: Environment, view: MailView): Channel {
  const { server, sendmail, user, to } = mail;
  const password = secretOf(mail.password, environment);
  return openMail({
    ...{ name: MAIL, server, sendmail, user, password, to, view },
    from: mail.from ?? `rapsheet@${mailHost(hostname())}`,
  });
}

/** A host's name as it may stand in an address. */
function mailHost(name: string): string {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name) ? name : 'localhost';
}

function openChannel(
  settings: ChannelSettings,
  { language, environment }: { readonly language: string; readonly environment: Environment },
): Channel {
  const { type, name, urlFile, to, link, isPlainAllowed } = settings;
  const known = channelTypes[type];
  if (!known)
    throw new ProblemError(EXIT.unavailable, { what: `this build of rapsheet has no channels of type "${type}"` });
  const url = settings.url ?? secretOf(urlFile, environment);
  if (url !== undefined && !isWebUrl(url)) {
    throw new ProblemError(EXIT.badConfig, { what: `channel ${name}: the file holds no address like https://...` });
  }
  const token = secretOf(settings.token, environment);
  const template = settings.template === undefined ? undefined : readTemplate(settings.template);
  return known.open({ name, url, token, to, template, link, isPlainAllowed, language });
}

function secretOf(place: SecretPlace | undefined, environment: Environment): string | undefined {
  return place === undefined ? undefined : readSecret(place, environment);
}

/** @throws ProblemError: 66 when it cannot be read, 78 when it is no such file */
export function readTemplate(path: string): TemplateText {
  try {
    if (statSync(path).size > TEMPLATE_MAX) {
      throw new ProblemError(EXIT.badConfig, {
        where: path,
        what: `is longer than the ${TEMPLATE_MAX} bytes of a template`,
      });
    }
    return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError(EXIT.noInput, { where: path, what: 'the template cannot be read' }, { cause });
  }
}
