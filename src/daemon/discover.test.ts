/** What is watched, on hosts of all sorts. */
import { describe, expect, it } from 'vitest';
import type { WatchSettings } from '../config/settings.ts';
import { type Discovery, discoverLogs, type Probes, type WatchedFilter } from './discover.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2024, 9, 3, 12);
const AUTO: WatchSettings = { logs: 'auto', journal: 'auto', syslog: [] };

const SSHD: WatchedFilter = {
  name: 'sshd',
  format: 'syslog',
  journal: ['_SYSTEMD_UNIT=ssh.service', '_COMM=sshd'],
  logs: ['/var/log/auth.log', '/var/log/secure'],
};
const POSTFIX: WatchedFilter = {
  name: 'postfix',
  format: 'syslog',
  journal: ['_COMM=smtpd'],
  logs: ['/var/log/mail.log'],
};
const DOVECOT: WatchedFilter = {
  name: 'dovecot',
  format: 'syslog',
  journal: ['_COMM=dovecot'],
  logs: ['/var/log/mail.log', '/var/log/auth.log'],
};
const WEB: WatchedFilter = { name: 'web', format: 'access', journal: [], logs: ['/var/log/nginx/*access.log'] };
const ALL = [SSHD, POSTFIX, DOVECOT, WEB];

interface Host {
  /** Path to age. */
  readonly files?: Readonly<Record<string, number>>;
  /** Match to the age of its newest entry. */
  readonly entries?: Readonly<Record<string, number>>;
  readonly refusal?: string;
}

function probesOf({ files = {}, entries = {}, refusal }: Host): Probes {
  const logs = Object.entries(files).map(([path, age]) => ({ path, modified: NOW - age }));
  return {
    files: (glob) => {
      const [head = '', tail] = glob.split('*');
      const isMatch = (path: string): boolean =>
        tail === undefined ? path === glob : path.startsWith(head) && path.endsWith(tail);
      return { found: logs.filter(({ path }) => isMatch(path)), problems: [] };
    },
    newestEntry: async (matches) => {
      if (refusal !== undefined) return { newest: undefined, problem: { where: 'journal', what: refusal } };
      const ages = Object.entries(entries).flatMap(([match, age]) =>
        matches.length === 0 || matches.includes(match) ? [age] : [],
      );
      return { newest: ages.length === 0 ? undefined : NOW - Math.min(...ages) };
    },
  };
}

function discover(host: Host, watch: Partial<WatchSettings> = {}, filters = ALL): Promise<Discovery> {
  return discoverLogs({ filters, watch: { ...AUTO, ...watch }, clock: () => NOW, probes: probesOf(host) });
}

describe('discovery', () => {
  it('takes the files where syslog writes files, and asks the journal for nothing', async () => {
    const files = { '/var/log/auth.log': HOUR, '/var/log/mail.log': HOUR, '/var/log/nginx/access.log': HOUR };
    const found = await discover({ files, refusal: 'nobody should ask' });
    expect(found).toEqual({
      files: ['/var/log/auth.log', '/var/log/secure', '/var/log/mail.log', '/var/log/nginx/*access.log'],
      journal: undefined,
      syslog: [],
      sentences: [
        'sshd: /var/log/auth.log',
        'postfix: /var/log/mail.log',
        'dovecot: /var/log/mail.log, /var/log/auth.log',
        'web: /var/log/nginx/access.log',
      ],
      problems: [],
    });
  });

  it('takes the journal where there are no files, and waits for the rest in either place', async () => {
    const found = await discover({ entries: { '_COMM=sshd': HOUR } });
    expect(found.journal).toEqual([...SSHD.journal, '_COMM=smtpd', '_COMM=dovecot']);
    expect(found.files).toEqual(['/var/log/mail.log', '/var/log/nginx/*access.log']);
    expect(found.sentences).toEqual([
      'sshd: the journal',
      'postfix: not found (no /var/log/mail.log, no journal entries)',
      'dovecot: not found (no /var/log/mail.log, /var/log/auth.log, no journal entries)',
      'web: not found (no /var/log/nginx/*access.log)',
    ]);
    expect(found.problems).toEqual([]);
  });

  it('leaves a file that syslog has left, for all who logged to it', async () => {
    const files = { '/var/log/auth.log': 30 * DAY };
    const found = await discover({ files, entries: { '_SYSTEMD_UNIT=ssh.service': HOUR } }, {}, [SSHD, DOVECOT]);
    expect(found.files).toEqual(['/var/log/mail.log']);
    expect(found.journal).toEqual([...SSHD.journal, ...DOVECOT.journal]);
    expect(found.sentences).toEqual([
      'sshd: the journal (newer than /var/log/auth.log)',
      'dovecot: not found (no journal entries)',
    ]);
  });

  it('keeps a file that is only quiet', async () => {
    const files = { '/var/log/auth.log': 3 * DAY };
    const found = await discover({ files, entries: { '_COMM=sshd': 3 * DAY - 1_000 } }, {}, [SSHD]);
    expect(found).toMatchObject({ files: SSHD.logs, journal: undefined, sentences: ['sshd: /var/log/auth.log'] });
    const fresh = await discover({ files: { '/var/log/auth.log': HOUR }, entries: { '_COMM=sshd': 0 } }, {}, [SSHD]);
    expect(fresh).toMatchObject({ files: SSHD.logs, journal: undefined });
  });

  it('follows only files where there is no journal, and says when there is nothing', async () => {
    const found = await discover({ refusal: 'journalctl: is not installed' });
    expect(found.journal).toBeUndefined();
    expect(found.files).toHaveLength(4);
    expect(found.problems.map(({ what }) => what)).toEqual(['no log of any known service was found']);
  });

  it('waits for a journal that is the only place of a filter', async () => {
    const systemd = { ...SSHD, logs: [] };
    const found = await discover({}, {}, [systemd, WEB]);
    expect(found).toMatchObject({ files: WEB.logs, journal: SSHD.journal });
    expect(found.sentences[0]).toBe('sshd: the journal (no entries yet)');
    expect(await discover({}, { journal: 'no' }, [systemd])).toMatchObject({ journal: undefined });
  });

  it('says when the journal would be needed and may not be read', async () => {
    const found = await discover({ refusal: 'no permission to read the journal' }, {}, [SSHD]);
    expect(found.problems.map(({ what }) => what)).toContain('no permission to read the journal');
  });

  it('journal = "yes": instead of the files', async () => {
    const found = await discover(
      { files: { '/var/log/auth.log': 0 }, entries: { '_COMM=sshd': 0 } },
      { journal: 'yes' },
    );
    expect(found.files).toEqual(['/var/log/nginx/*access.log']);
    expect(found.journal).toEqual([...SSHD.journal, '_COMM=smtpd', '_COMM=dovecot']);
    expect(found.sentences.slice(0, 2)).toEqual(['sshd: the journal', 'postfix: the journal (no entries yet)']);
  });

  it('journal = "no": not even where there are no files', async () => {
    const found = await discover({ entries: { '_COMM=sshd': 0 } }, { journal: 'no' }, [SSHD]);
    expect(found.journal).toBeUndefined();
    expect(found.sentences).toEqual(['sshd: not found (no /var/log/auth.log, /var/log/secure)']);
  });

  it('follows the files that the user names, and the journal for services that are not among them', async () => {
    const files = { '/var/log/auth.log': 0, '/srv/www/access.log': 0 };
    const entries = { '_COMM=sshd': 0, '_COMM=smtpd': 0 };
    const logs = ['/srv/www/access.log'];
    const found = await discover({ files, entries }, { logs, syslog: ['udp://127.0.0.1:5514'] }, [SSHD, POSTFIX]);
    expect(found).toMatchObject({ files: logs, journal: [...SSHD.journal, ...POSTFIX.journal] });
    expect(found.syslog).toEqual(['udp://127.0.0.1:5514']);
    expect(found.sentences.slice(2)).toEqual(['as configured: /srv/www/access.log', 'syslog: udp://127.0.0.1:5514']);
    const named = await discover({ files, entries }, { logs: ['/var/log/*.log'] }, [SSHD]);
    expect(named).toMatchObject({ files: ['/var/log/*.log'], journal: undefined });
  });

  it('says of a filter without places that it sees every log of its format', async () => {
    const found = await discover({}, {}, [{ name: 'own', format: 'access', journal: [], logs: [] }]);
    expect(found.sentences).toEqual(['own: every access log that is watched']);
  });

  it('looks at this very system', async () => {
    const { files, sentences } = await discoverLogs({ filters: ALL, watch: { ...AUTO, journal: 'no' } });
    expect(files).toHaveLength(4);
    expect(sentences).toHaveLength(4);
  });
});
