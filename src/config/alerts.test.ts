import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { areAlertsOn, secretsOf } from './alerts.ts';
import { readSecret } from './secret.ts';
import { complaintAbout, configFrom } from './testing.ts';
import { configWarnings } from './warnings.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('[alerts], [mail] and [[channel]]', () => {
  it('tell nobody by default', () => {
    const { alerts } = configFrom('');
    expect(alerts).toEqual({
      ...{ bans: 'new', digest: 'day', atMinutes: 420, perHour: 10, report: 'off', reportFolder: undefined },
      language: undefined,
      ...{ mail: undefined, channels: [], abuse: expect.objectContaining({ reporter: undefined, review: true }) },
    });
    expect(areAlertsOn(alerts)).toBe(false);
  });

  it('are read', () => {
    const { alerts } = configFrom(`
      [alerts]
      bans = "all"
      digest = "week"
      at = "18:30"
      per_hour = 3
      report = "public"
      report_folder = "/srv/www/bans"
      language = "de-CH"
      [mail]
      server = "smtp://[2001:DB8::25]:587"
      user = "alerts"
      password_file = "mail-password"
      to = ["root@example.org"]
      sorts = ["report", "ban", "ban"]
      [[channel]]
      type = "slack"
      name = "ops"
      url_file = "/etc/rapsheet/slack"
      [[channel]]
      type = "json"
      name = "hook"
      url = "https://example.org/a?b"
      [[channel]]
      type = "ntfy"
      name = "hook"
      url = "http://127.0.0.1/topic"
      template = "/etc/rapsheet/t.txt"
      link = "https://example.org/bans"
      plain_http = true
    `);
    expect(alerts).toMatchObject({ bans: 'all', digest: 'week', atMinutes: 1110, perHour: 3, report: 'public' });
    expect(alerts.reportFolder).toBe('/srv/www/bans');
    expect(alerts.mail).toEqual({
      ...{ server: { protocol: 'smtp', host: '2001:DB8::25', port: 587 }, sendmail: undefined, from: undefined },
      ...{ user: 'alerts', password: 'mail-password', to: ['root@example.org'], sorts: ['ban', 'report'] },
    });
    expect(alerts.channels.map(({ name, type }) => [name, type])).toEqual([
      ['ops', 'slack'],
      ['hook', 'ntfy'],
    ]);
    expect(alerts.channels[0]).toMatchObject({ sorts: ['ban', 'digest', 'report'], url: undefined });
    expect(alerts.channels[0]).toMatchObject({ template: undefined, link: undefined, isPlainAllowed: false });
    const own = { template: '/etc/rapsheet/t.txt', link: 'https://example.org/bans', isPlainAllowed: true };
    expect(alerts.channels[1]).toMatchObject(own);
    expect(secretsOf(alerts)).toEqual(['mail-password', '/etc/rapsheet/slack']);
    expect(areAlertsOn(alerts)).toBe(true);
  });

  it.each([
    ['[alerts]\nbans = "some"', 'rapsheet.toml:2: alerts.bans: must be "new", "all" or "none"'],
    ['[alerts]\nat = "7:00"', 'rapsheet.toml:2: alerts.at: must be a time of day like "07:00" (got "7:00")'],
    ['[alerts]\nat = "24:00"', 'alerts.at: must be a time of day'],
    ['[alerts]\nper_hour = 0', 'alerts.per_hour: must be at least 1'],
    ['[alerts]\nreport_folder = "reports"', 'must be a whole path'],
    ['[alerts]\nlanguage = "German, please"', 'must be a language like "en", "de" or "pt-BR"'],
    ['[report]\nlanguage = "x_y"', 'must be a language like "en", "de" or "pt-BR"'],
    ['[mail]\nto = ["root@example.org"]', 'rapsheet.toml:2: mail.to: nobody is named to take the mail (write server'],
    ['[mail]\nto = ["a@example.org\\nBcc: b@example.org"]', 'must be a mail address'],
    ['[mail]\nto = ["a b@example.org"]', 'must be a mail address'],
    ['[mail]\nserver = "mail.example.org"', 'mail.server: must be a mail server like'],
    ['[mail]\nserver = "smtp://user:hush@example.org"', 'mail.server: must be a mail server like'],
    ['[mail]\nserver = "smtp://localhost"\nto = ["a@b.c"]\nuser = "x"', 'mail.user: a user and a password belong'],
    ['[mail]\nserver = "smtp://a"\nsendmail = "/usr/sbin/sendmail"\nto = ["a@b.c"]', 'mail.sendmail: excludes'],
    ['[mail]\npassword_file = "../password"', 'must be a whole path that begins with "/", or the name of a credential'],
    ['[[channel]]\ntype = "slak"\nname = "x"', 'channel.type: must be one of json, ntfy'],
    ['[[channel]]\ntype = "slack"\nname = "mail"', 'is the name of [mail]'],
    ['[[channel]]\ntype = "slack"\nname = "x"\nurl = "https://u:p@example.org/"', 'without user and password'],
    ['[[channel]]\ntype = "slack"\nname = "x"\nurl = "file:///etc/passwd"', 'must be an address like'],
    ['[[channel]]\ntype = "slack"\nname = "x"\nsorts = []', 'is empty'],
  ])('%j is refused', (text, complaint) => {
    expect(complaintAbout(text)).toContain(complaint);
  });

  it('never repeat a password that was written in the wrong place', () => {
    expect(complaintAbout('[mail]\nserver = "smtp://user:hush@example.org"')).not.toContain('hush');
    expect(complaintAbout('[[channel]]\ntype="json"\nname="x"\nurl = "https://u:hush@example.org/"')).not.toContain(
      'hush',
    );
  });

  it('have the defaults that the file of all options shows', () => {
    const shown = readFileSync('config/rapsheet.toml', 'utf8');
    expect(shown).toMatch(/^at +=/m);
    expect(configFrom(shown).alerts).toEqual(configFrom('').alerts);
  });
});

describe('readSecret()', () => {
  it('reads a file, or a credential of systemd, without the newline', () => {
    const folder = scratch();
    writeFileSync(join(folder, 'token'), 'hush hush\n');
    expect(readSecret(join(folder, 'token'), {})).toBe('hush hush');
    expect(readSecret('token', { CREDENTIALS_DIRECTORY: folder })).toBe('hush hush');
  });

  it.each([
    ['two lines', 'hush\nhush\n'],
    ['nothing', '\n'],
    ['a NUL', 'hu\0sh'],
    ['a whole file', 'hush'.repeat(2_000)],
  ])('refuses %s, and does not repeat it', (_, content) => {
    const path = join(scratch(), 'token');
    writeFileSync(path, content);
    const complaint = problemOf(() => readSecret(path, {}));
    expect(complaint).toContain('is not a secret');
    expect(complaint).not.toContain('hush');
  });

  it('says what is missing', () => {
    expect(problemOf(() => readSecret('token', {}))).toContain('there is no credential "token" outside systemd');
    expect(problemOf(() => readSecret('/nonexistent/token', {}))).toBe('/nonexistent/token: there is no such file');
  });

  it('is warned of where everybody may read the file', () => {
    const path = join(scratch(), 'token');
    writeFileSync(path, 'hush\n', { mode: 0o640 });
    const config = configFrom(
      `[[channel]]\ntype = "ntfy"\nname = "x"\nurl = "https://ntfy.sh/x"\ntoken_file = "${path}"`,
    );
    expect(configWarnings(config)).toEqual([]);
    chmodSync(path, 0o644);
    expect(configWarnings(config)).toMatchObject([{ where: path, what: expect.stringContaining('everybody') }]);
  });
});

it('what goes through a network unencrypted is warned of', () => {
  const warned = (url: string): number =>
    configWarnings(configFrom(`[[channel]]\ntype = "json"\nname = "x"\nurl = "${url}"`)).length;
  expect(['http://192.0.2.1/', 'http://ntfy.example.org/x'].map(warned)).toEqual([1, 1]);
  expect(
    ['http://[::1]:8080/', 'http://localhost/', 'http://127.0.0.1/', 'https://a.example.org/'].map(warned),
  ).toEqual([0, 0, 0, 0]);
});

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
  return 'none';
}
