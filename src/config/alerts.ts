/** [alerts]: what people are told, when, and how often at most; with [mail] and [[channel]], whom. Nobody until one is named. */
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type AbuseInput, type AbuseSettings, abuseSchema, abuseSettings, isAbuseTold } from './abuse.ts';
import { CHANNELS_MAX, type ChannelSettings, type ChannelsInput, channelSettings, channelsSchema } from './channels.ts';
import { type MailInput, type MailSettings, mailSchema, mailSettings } from './mail.ts';
import type { SecretPlace } from './secret.ts';
import { absolutePath, count, languageTag, text } from './values.ts';

/** Which bans are told at once. */
const AT_ONCE = ['new', 'all', 'none'] as const;
export const DIGESTS = ['hour', 'day', 'week', 'month', 'off'] as const;
export type DigestEvery = (typeof DIGESTS)[number];
const REPORTS = ['off', 'full', 'public'] as const;

export interface AlertSettings {
  /** Which bans are told at once: those that are news, all, none. */
  readonly bans: (typeof AT_ONCE)[number];
  readonly digest: DigestEvery;
  /** When digests and reports are due: minutes since midnight, in the ledger's time zone. */
  readonly atMinutes: number;
  /** Messages in an hour, of all sorts, for each channel. */
  readonly perHour: number;
  /** The report of each month that is over; `public`: the one to publish. */
  readonly report: (typeof REPORTS)[number];
  /** Undefined: `reports` beside the ledger. */
  readonly reportFolder: string | undefined;
  /** Of mails and chats; undefined: that of reports. */
  readonly language: string | undefined;
  readonly mail: MailSettings | undefined;
  readonly channels: readonly ChannelSettings[];
  readonly abuse: AbuseSettings;
}

const clockTime = v.pipe(
  text,
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, ({ input }) => `must be a time of day like "07:00" (got "${input}")`),
  v.transform((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))),
);

export const alertSchemas = {
  alerts: v.optional(
    v.strictObject({
      bans: v.optional(v.picklist(AT_ONCE, 'must be "new", "all" or "none"')),
      digest: v.optional(v.picklist(DIGESTS, 'must be "hour", "day", "week", "month" or "off"')),
      at: v.optional(clockTime),
      // More than one in ten seconds nobody reads.
      per_hour: v.optional(count(1, 360)),
      report: v.optional(v.picklist(REPORTS, 'must be "off", "full" or "public"')),
      report_folder: v.optional(absolutePath),
      language: v.optional(languageTag),
    }),
  ),
  mail: mailSchema,
  channel: channelsSchema,
  abuse: abuseSchema,
};
const alertsInput = v.strictObject(alertSchemas);
export type AlertsInput = v.InferOutput<typeof alertsInput>;

/** @throws ProblemError (78); `placeOf`: where keys stand in the files. */
export function alertSettings(
  { alerts = {}, mail, channel, abuse }: AlertsInput,
  placeOf: (keys: readonly string[]) => string,
): AlertSettings {
  const mailed = mailSettings(mail);
  if (mailed && 'problem' in mailed) {
    const { key, problem, hint } = mailed;
    throw new ProblemError(EXIT.badConfig, { where: placeOf(['mail', key]), what: `mail.${key}: ${problem}`, hint });
  }
  const channels = channelSettings(channel);
  if (channels.length > CHANNELS_MAX) {
    const what = `there are more than ${CHANNELS_MAX} channels`;
    throw new ProblemError(EXIT.badConfig, { where: placeOf(['channel']), what });
  }
  const reported = abuseSettings(abuse, mailed !== undefined);
  if ('problem' in reported) {
    const { key, problem, hint } = reported;
    throw new ProblemError(EXIT.badConfig, { where: placeOf(['abuse', key]), what: `abuse.${key}: ${problem}`, hint });
  }
  return {
    bans: alerts.bans ?? 'new',
    digest: alerts.digest ?? 'day',
    atMinutes: alerts.at ?? 420,
    perHour: alerts.per_hour ?? 10,
    report: alerts.report ?? 'off',
    reportFolder: alerts.report_folder,
    language: alerts.language,
    mail: mailed,
    channels,
    abuse: reported,
  };
}

/** What a later file says, on top of an earlier one: channels add up. */
export function mergeAlerts(earlier: AlertsInput, later: AlertsInput): Required<AlertsInput> {
  const mail: MailInput = { ...earlier.mail, ...later.mail };
  const channel: ChannelsInput = [...(earlier.channel ?? []), ...(later.channel ?? [])];
  const abuse: AbuseInput = { ...earlier.abuse, ...later.abuse };
  return { alerts: { ...earlier.alerts, ...later.alerts }, mail, channel, abuse };
}

/** Whether there is anybody to tell, or a report to make. */
export function areAlertsOn({ mail, channels, report, abuse }: AlertSettings): boolean {
  return mail !== undefined || channels.length > 0 || report !== 'off' || isAbuseTold(abuse);
}

/** Where the secrets are that sending needs. */
export function secretsOf({ mail, channels, abuse }: AlertSettings): readonly SecretPlace[] {
  const reports = [abuse.abuseipdb, abuse.blocklistDe?.key];
  const places = [mail?.password, ...reports, ...channels.flatMap(({ urlFile, token }) => [urlFile, token])];
  return [...new Set(places.flatMap((place) => place ?? []))];
}
