/** [mail]: where alerts are mailed to, and through whom. Without an address nothing is mailed. */
import * as v from 'valibot';
import { type SecretPlace, secretPlace } from './secret.ts';
import { NOTICE_SORTS, type NoticeSort, sorts } from './sorts.ts';
import { absolutePath, text } from './values.ts';

export interface MailServer {
  /** `smtps`: encrypted from the first byte. `smtp`: by STARTTLS, which must be offered by any but this machine itself. */
  readonly protocol: 'smtp' | 'smtps';
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface MailSettings {
  /** Exactly one of `server` and `sendmail` is there. */
  readonly server: MailServer | undefined;
  /** The program of the local mail system, by its whole path. */
  readonly sendmail: string | undefined;
  readonly user: string | undefined;
  readonly password: SecretPlace | undefined;
  /** Undefined: `rapsheet@` and the name of this host. */
  readonly from: string | undefined;
  /** At least one. */
  readonly to: readonly string[];
  readonly sorts: readonly NoticeSort[];
}

/** Alerts are for the people in charge; for more there are mailing lists. */
const RECIPIENTS_MAX = 20;
const PORTS = { smtp: 25, smtps: 465 } as const;
const HOST = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** `smtp://mail.example.org:587`, `smtps://[2001:db8::1]`; undefined for anything else, also with a password in it. */
export function parseMailServer(given: string): MailServer | undefined {
  const match = /^(smtps?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/@?#]+))(?::([1-9]\d{0,4}))?\/?$/.exec(given);
  const protocol = match?.[1] === 'smtps' ? 'smtps' : 'smtp';
  const host = match?.[2] ?? match?.[3] ?? '';
  const port = Number(match?.[4] ?? PORTS[protocol]);
  if (!match || port > 65_535 || (match[3] !== undefined && !HOST.test(host))) return undefined;
  return { protocol, host, port };
}

const server = v.pipe(
  text,
  v.rawTransform<string, MailServer>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseMailServer(dataset.value);
    if (parsed) return parsed;
    // What was given may hold a password.
    addIssue({ message: 'must be a mail server like "smtp://mail.example.org:587" or "smtps://mail.example.org"' });
    return NEVER;
  }),
);

/** The plain form: no quotes, no comments, no route, so that it can stand in a header and a command as it is. */
export const mailAddress = v.pipe(
  text,
  v.maxLength(254, 'is longer than the 254 characters that a mail address may have'),
  v.regex(
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    ({ input }) => `must be a mail address like "root@example.org" (got "${input}")`,
  ),
);

export const mailSchema = v.optional(
  v.strictObject({
    server: v.optional(server),
    sendmail: v.optional(absolutePath),
    user: v.optional(text),
    password_file: v.optional(secretPlace),
    from: v.optional(mailAddress),
    to: v.optional(
      v.pipe(
        v.array(mailAddress, 'must be a list of mail addresses'),
        v.maxLength(RECIPIENTS_MAX, `has more than ${RECIPIENTS_MAX} addresses`),
      ),
    ),
    sorts: v.optional(sorts),
  }),
);
export type MailInput = NonNullable<v.InferOutput<typeof mailSchema>>;

/** Undefined when there is nobody to mail to. Or what is wrong, with the key that it is about. */
export function mailSettings(
  mail: MailInput = {},
): MailSettings | undefined | { readonly key: string; readonly problem: string; readonly hint: string } {
  const { server, sendmail, user, password_file: password, from, to = [] } = mail;
  if (to.length === 0) return undefined;
  if (!server && sendmail === undefined) {
    const hint = 'write server = "smtp://localhost", or sendmail = "/usr/sbin/sendmail"';
    return { key: 'to', problem: 'nobody is named to take the mail', hint };
  }
  if (server && sendmail !== undefined) {
    return { key: 'sendmail', problem: 'excludes mail.server', hint: 'leave one of them out' };
  }
  if ((user === undefined) !== (password === undefined)) {
    const key = user === undefined ? 'password_file' : 'user';
    return { key, problem: 'a user and a password belong together', hint: 'write user and password_file, or neither' };
  }
  return { server, sendmail, user, password, from, to, sorts: mail.sorts ?? NOTICE_SORTS };
}
