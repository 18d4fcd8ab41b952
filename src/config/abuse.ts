/** [abuse]: who is told of attackers beside the people here: whom their networks belong to, and services. Nobody by default. */
import * as v from 'valibot';
import { mailAddress } from './mail.ts';
import { type SecretPlace, secretPlace } from './secret.ts';
import { count, text, truth } from './values.ts';

export interface AbuseSettings {
  /** Who reports by mail, and where answers go; undefined: nobody is written to. */
  readonly reporter: { readonly organization: string; readonly contact: string } | undefined;
  /** Lines of evidence of one address. */
  readonly lines: number;
  /** Whether a person looks at what services are told. Mails are always looked at. */
  readonly review: boolean;
  /** The key for AbuseIPDB; undefined: it is told nothing. */
  readonly abuseipdb: SecretPlace | undefined;
  /** What blocklist.de knows this server by: a mail address or a number, and its key. */
  readonly blocklistDe: { readonly server: string; readonly key: SecretPlace } | undefined;
}

/** More than fits a screen, nobody reads, and an evidence of XARF stays far below its five megabytes. */
const LINES_MAX = 50;

export const abuseSchema = v.optional(
  v.strictObject({
    mail: v.optional(truth),
    organization: v.optional(
      v.pipe(
        v.string('must be text'),
        v.maxLength(200, 'is longer than the 200 characters that a report has room for'),
      ),
    ),
    contact: v.optional(mailAddress),
    lines: v.optional(count(1, LINES_MAX)),
    review: v.optional(truth),
    abuseipdb_key_file: v.optional(secretPlace),
    blocklist_de_server: v.optional(
      v.pipe(text, v.regex(/^[\x21-\x7e]{1,254}$/, 'must be the mail address or the number of the server')),
    ),
    blocklist_de_key_file: v.optional(secretPlace),
  }),
);
export type AbuseInput = NonNullable<v.InferOutput<typeof abuseSchema>>;

type Fault = { readonly key: string; readonly problem: string; readonly hint: string };

/** Or what is wrong, with the key that it is about. `isMailed`: whether [mail] has somebody to take mail. */
export function abuseSettings(input: AbuseInput = {}, isMailed: boolean): AbuseSettings | Fault {
  const { mail = false, organization = '', contact, lines = 5, review = true } = input;
  const { blocklist_de_server: server, blocklist_de_key_file: key } = input;
  if (mail) {
    if (organization.trim() === '' || contact === undefined) {
      const hint = 'write organization = "Example Ltd" and contact = "abuse-reports@example.org" under [abuse]';
      return { key: 'mail', problem: 'a report says who sends it, and where an answer goes', hint };
    }
    if (contact !== undefined && !/\.[A-Za-z]/.test(contact.slice(contact.indexOf('@')))) {
      return { key: 'contact', problem: 'nobody elsewhere can answer to it', hint: 'it needs a whole domain' };
    }
    if (!isMailed) {
      const hint = 'write server = "smtp://localhost" and to = ["you@example.org"] under [mail]';
      return { key: 'mail', problem: 'nobody takes the mail', hint };
    }
  }
  if ((server === undefined) !== (key === undefined)) {
    const missing = server === undefined ? 'blocklist_de_server' : 'blocklist_de_key_file';
    const given = server === undefined ? 'blocklist_de_key_file' : 'blocklist_de_server';
    return { key: given, problem: 'a server and its key belong together', hint: `write ${missing}, too` };
  }
  return {
    reporter: mail && contact !== undefined ? { organization: organization.trim(), contact } : undefined,
    ...{ lines, review, abuseipdb: input.abuseipdb_key_file },
    blocklistDe: server !== undefined && key !== undefined ? { server, key } : undefined,
  };
}

export function isAbuseTold({ reporter, abuseipdb, blocklistDe }: AbuseSettings): boolean {
  return reporter !== undefined || abuseipdb !== undefined || blocklistDe !== undefined;
}
