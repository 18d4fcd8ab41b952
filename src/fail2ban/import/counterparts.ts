/**
 * Which jails of fail2ban have a counterpart here, by the filter that they use. A filter stands here when ours reads what
 * its service writes today; where ours sees only some of it, the jail goes on as it is.
 */

export interface Counterpart {
  /** The jail of ours that counts what it counted. */
  readonly jail: string;
  /** What it counted, of the kinds that the jail counts. */
  readonly kinds: readonly string[];
  /** Filters of ours that recognize it. */
  readonly filters: readonly string[];
  /** What is counted otherwise, for whoever moves. */
  readonly differs?: string;
}

const FROM_ACCESS_LOG =
  'failed logins are read from the access log (status 401 with a user name): a client can forge lines of the error log';

const LOGINS = ['mail.auth', 'mail.auth.*'];

const COUNTERPARTS: Readonly<Record<string, Counterpart>> = {
  sshd: {
    jail: 'ssh',
    kinds: ['ssh.*'],
    filters: ['sshd'],
    differs:
      'all that sshd[mode=aggressive] counts is counted, what is no login at a lower weight, names that do not exist twice',
  },
  dovecot: { jail: 'mail', kinds: [...LOGINS, 'mail.noauth'], filters: ['dovecot'] },
  postfix: {
    jail: 'mail',
    kinds: ['mail.*'],
    filters: ['postfix'],
    differs:
      'rejected mail is counted by what was wrong with it, most of it at a lower weight; logins are counted, whatever the mode',
  },
  'courier-auth': { jail: 'mail', kinds: LOGINS, filters: ['courier'] },
  'cyrus-imap': { jail: 'mail', kinds: LOGINS, filters: ['cyrus'] },
  'sendmail-auth': { jail: 'mail', kinds: LOGINS, filters: ['sendmail'] },
  'nginx-http-auth': {
    jail: 'web',
    kinds: ['web.auth'],
    filters: ['web-access', 'nginx-error'],
    differs: FROM_ACCESS_LOG,
  },
  'apache-auth': {
    jail: 'web',
    kinds: ['web.auth'],
    filters: ['web-access', 'apache-error'],
    differs: FROM_ACCESS_LOG,
  },
  'traefik-auth': { jail: 'web', kinds: ['web.auth'], filters: ['web-access'] },
  'nginx-limit-req': { jail: 'web', kinds: ['web.flood'], filters: ['nginx-error'] },
  'pure-ftpd': { jail: 'ftp', kinds: ['ftp.*'], filters: ['pure-ftpd'] },
  vsftpd: { jail: 'ftp', kinds: ['ftp.*'], filters: ['vsftpd', 'vsftpd-log'] },
  'webmin-auth': { jail: 'system', kinds: ['system.*'], filters: ['webmin'] },
};

/** Of a filter by its name. */
export function counterpartOf(filter: string): Counterpart | undefined {
  return Object.hasOwn(COUNTERPARTS, filter) ? COUNTERPARTS[filter] : undefined;
}

export function counterparts(): ReadonlyMap<string, Counterpart> {
  return new Map(Object.entries(COUNTERPARTS));
}
