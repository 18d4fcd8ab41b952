import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, hasTools, folder as journalFolder, write } from '../source/testing-journal.ts';
import { regexCommand } from './regex.ts';
import { runCommand, type Said, scratch } from './testing.ts';

const LINE = 'Nov 27 10:00:00 web1 shop: bad password of eve from 192.0.2.7';
const REGEX = 'bad password of <F-USER>\\S+</F-USER> from <HOST>$';

function regex(...words: readonly string[]): Promise<Said> {
  return runCommand(regexCommand(), words);
}

/** A folder like /etc/fail2ban with one filter and two jails of it. */
function installation(): string {
  const folder = scratch();
  mkdirSync(join(folder, 'filter.d'));
  writeFileSync(join(folder, 'filter.d', 'shop.conf'), `[Definition]\nfailregex = ${REGEX}\nignoreregex = of root\n`);
  writeFileSync(
    join(folder, 'jail.conf'),
    '[DEFAULT]\nfilter = %(__name__)s\n[shop]\n[strict]\nfilter = shop\nfailregex = %(known/failregex)s\n  login of <F-USER>\\S+</F-USER> refused to <ADDR>\n',
  );
  return folder;
}

describe('rapsheet regex', () => {
  it('tells what an expression takes of a line', async () => {
    const { status, out, err } = await regex(LINE, REGEX, '-v');

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain(`Use   failregex line : ${REGEX.slice(0, 50)}`);
    expect(out).toContain('Failregex: 1 total\n|-  #) [# of hits] regular expression\n');
    expect(out).toMatch(/^\| {6}192\.0\.2\.7 {2}\S+ Nov 27 10:00:00 \d{4}$/m);
    expect(out).toContain('\nLines: 1 lines, 0 ignored, 1 matched, 0 missed\n');
  });

  it('takes a jail before a filter, and the filter by its folder', async () => {
    const folder = installation();
    const line = 'Nov 27 10:00:00 web1 shop: login of eve refused to 192.0.2.7';

    const jail = await regex('-c', folder, line, 'strict');
    const filter = await regex('-c', folder, line, 'filter.d/shop');

    expect(jail.out).toContain('Use             jail : strict\n');
    expect(jail.out).toContain('0 ignored, 1 matched, 0 missed');
    expect(filter.out).toContain(`Use      filter file : shop, basedir: ${folder}\n`);
    expect(filter.out).toContain('0 ignored, 0 matched, 1 missed');
  });

  it("ignores what an ignoreregex takes, one that is given instead of the filter's", async () => {
    const folder = installation();
    const root = LINE.replace('eve', 'root');

    expect((await regex('-c', folder, root, 'shop')).out).toContain('1 ignored, 0 matched, 0 missed');
    const given = await regex('-c', folder, `${root}\n${LINE}`, 'shop', 'of eve');
    expect(given.out).toContain('Use ignoreregex line : of eve\n');
    expect(given.out).toMatch(/^\| {3}1\) \[1\] of eve$/m);
    expect(given.out).toContain('1 ignored, 1 matched, 0 missed');
  });

  it('reads files, compressed ones too, whole: also a last line without an end, in their encoding', async () => {
    const file = join(scratch(), 'shop.log.1.gz');
    writeFileSync(file, gzipSync(Buffer.from(`# a comment\n${LINE}\r\n\n${LINE.replace('eve', 'zo\xeb')}`, 'latin1')));

    const { out } = await regex(file, REGEX, '-e', 'latin1', '-o', 'user');

    expect(out).toBe('eve\nzo\xeb\n');
  });

  it('prints failures alone, or with --invert what is none', async () => {
    const text = `${LINE}\nNov 27 10:00:01 web1 shop: hello`;

    expect((await regex(text, REGEX, '-o', '<F-USER>@<ip>')).out).toBe('eve@192.0.2.7\n');
    expect((await regex(text, REGEX, '-o', 'msg', '-i')).out).toBe('Nov 27 10:00:01 web1 shop: hello\n');
    const row = JSON.parse((await regex(text, REGEX, '-o', 'row', '--json')).out);
    expect(row).toMatchObject({ id: '192.0.2.7', fields: { user: 'eve' }, lines: [LINE] });
  });

  it('gives one object', async () => {
    const { out } = await regex(`${LINE}\nhello`, REGEX, '--json', '-v');

    expect(JSON.parse(out)).toMatchObject({
      lines: { tested: 2, ignored: 0, matched: 1, missed: 1 },
      failregex: [{ number: 1, regex: REGEX, hits: 1, failures: [{ id: '192.0.2.7' }] }],
      missed: ['hello'],
    });
  });

  it('resolves no name, and says so', async () => {
    const line = LINE.replace('192.0.2.7', 'evil.example.net');

    const { out, err } = await regex(line, REGEX);

    expect(out).toContain('0 matched, 1 missed');
    expect(err).toMatch(/1 failures of names of hosts are left out/);
    expect((await regex(line, REGEX, '--raw', '-o', 'ip')).out).toBe('evil.example.net\n');
  });

  it('lets no byte of a log act on the terminal', async () => {
    const line = `${LINE.replace('eve', 'e\u001b[2Jve')}`;

    const { out } = await regex(line, REGEX, '--print-all-matched');

    expect(out).not.toContain('\u001b');
    expect(out).toContain('e\\x1b[2Jve');
  });

  it.each([
    [['x', '['], 78, /failregex: column 1/],
    [['x', 'nosuchfilter'], 78, /there is no jail or filter of the name nosuchfilter/],
    [['x', REGEX, '-D'], 64, /--debuggex/],
    [['x', REGEX, '--print-no-missed', '--print-all-missed'], 64, /exclude each other/],
    [['x', REGEX, '--TZ', 'nowhere'], 64, /--timezone nowhere/],
    [['x', REGEX, '-d', '%Q'], 78, /datepattern/],
    [['/etc/hosts', REGEX, '-e', 'klingon'], 64, /--encoding klingon/],
    [['systemd-journal[x=1]', REGEX], 64, /has no option "x"/],
    [['systemd-journal', REGEX, '-m', 'nonsense'], 64, /not a match of the journal/],
  ])('%j is refused with a reason', async (words, status, reason) => {
    expect(await regex(...words)).toMatchObject({ status, err: expect.stringMatching(reason) });
  });

  it('says that a path is no file, and takes it for a line as the original does', async () => {
    const { out, err } = await regex('/var/log/nosuch.log', REGEX);

    expect(out).toContain('Lines: 1 lines');
    expect(err).toMatch(/there is no such file; it is tried as a line/);
  });
});

describe.skipIf(!hasTools)('rapsheet regex with a journal', () => {
  afterEach(cleanUp);

  it('tries its entries, those that are asked for', async () => {
    const directory = journalFolder();
    await write(directory, [
      { message: 'bad password of eve from 192.0.2.7' },
      { message: 'bad password of bob from 192.0.2.8', unit: 'cron.service' },
    ]);
    const log = `systemd-journal[journalpath="${directory}"]`;

    const all = await regex(log, REGEX, '-o', 'user');
    const some = await regex(log, REGEX, '-m', '_SYSTEMD_UNIT=cron.service');

    expect(all.out).toBe('eve\nbob\n');
    expect(some.out).toContain('Use    journal match : _SYSTEMD_UNIT=cron.service\n');
    expect(some.out).toContain('Lines: 1 lines, 0 ignored, 1 matched, 0 missed');
    expect(some.out).not.toContain('Date template hits');
  });
});
