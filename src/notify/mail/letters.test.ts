import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLog } from '../../base/text.ts';
import { rulerOf } from '../../base/width.ts';
import { UTC, zoneOf } from '../../base/zone.ts';
import type { Reason } from '../../model.ts';
import { letterOf } from '../channel/mail.ts';
import type { Notice, ToldBan } from '../notice.ts';
import { asHtml } from './as-html.ts';
import { asText } from './as-text.ts';
import { logText } from './letter.ts';
import { hostileNotices, PAYLOADS } from './testing/hostile.ts';
import { banNotice, digestNotice, reportNotice, testNotice, toldBan } from './testing/notices.ts';
import { writingOf } from './writing.ts';

const view = { language: 'en', zone: zoneOf('Europe/Zurich') ?? UTC, geography: undefined };
const sentences: Readonly<Record<string, string>> = { 'ssh.login': 'tried to log in by SSH and failed' };
const writing = writingOf({ ...view, sentenceOf: (kind) => sentences[kind] });
const subjectOf = (ban: Partial<ToldBan>): string => letterOf(banNotice(ban), writing).subject;
const textOf = (notice: Notice): string => asText(letterOf(notice, writing));

describe('the mail of a ban', () => {
  it.each<[Partial<ToldBan>, string]>([
    [{}, 'sshd: 203.0.113.7 banned for 1 h - Example Hosting, Netherlands, 3rd time'],
    [
      { block: 'dry-run', prior: 0 },
      'sshd: 203.0.113.7 would be banned for 1 h (dry run) - Example Hosting, Netherlands',
    ],
    [{ block: 'left', prior: 1 }, 'sshd: 203.0.113.7 banned for 1 h - Example Hosting, Netherlands, 2nd time'],
    [{ block: 'refused', prior: 1 }, 'sshd: 203.0.113.7 could not be blocked - Example Hosting, Netherlands, 2nd time'],
    [
      { block: 'ineffective', prior: 10 },
      'sshd: 203.0.113.7 is banned and gets through - Example Hosting, Netherlands, 11th time',
    ],
    [{ until: null, prior: 20 }, 'sshd: 203.0.113.7 banned for good - Example Hosting, Netherlands, 21st time'],
  ])('has a subject that says what happened: %j', (ban, expected) => {
    expect(subjectOf(ban)).toBe(expected);
  });

  it('names what is known, and says what is not', () => {
    const { origin } = toldBan();
    const unknown = { ...origin, country: undefined, organization: undefined, network: undefined, type: undefined };
    expect(subjectOf({ origin: unknown })).toBe('sshd: 203.0.113.7 banned for 1 h - AS64500, 3rd time');
    const text = textOf(banNotice({ origin: { ...unknown, asn: undefined, latitude: undefined } }));
    expect(text).toMatch(/Organization +unknown\n +Country +unknown\n +Network +unknown\n +Record/);
  });

  it.each<[Reason, RegExp]>([
    [
      { rule: 'threshold', score: 5.2, limit: 5, findTime: 600_000, kinds: {} },
      /within 10 min weigh 5\.2; .* sshd is 5\./,
    ],
    [
      { rule: 'slow', score: 40, limit: 30, findTime: 2_592_000_000, since: 0 },
      /weigh 40 since 1970-01-01 01:00 \+01:00/,
    ],
    [
      { rule: 'wide', banned: 10, limit: 10, findTime: 86_400_000, size: 256, attacked: 12, members: [] },
      /10 parts of this network were banned within 1 day; .* 12 of its 256 addresses attacked\./,
    ],
    [
      { rule: 'campaign', user: toLog('jürg'), service: 'ssh', addresses: 120, findTime: 86_400_000, since: 0 },
      /one of 120 addresses that tried the account "jürg" \(ssh\)/,
    ],
    [{ rule: 'manual', by: 'ana', why: '' }, /ana banned it, without giving a reason\./],
    [{ rule: 'imported', from: 'fail2ban-db', text: 'sshd' }, /imported from fail2ban's database: sshd\./],
  ])('says in words why: %j', (reason, expected) => {
    expect(textOf(banNotice({ reason })).replace(/\s+/g, ' ')).toMatch(expected);
  });

  it('reads well in a terminal', () => {
    expect(textOf(banNotice({ evidence: toldBan().evidence.slice(0, 1) }))).toMatchInlineSnapshot(`
      "203.0.113.7 is banned on web1 for 1 h, until 2026-11-27 13:21 +01:00.

        Organization  Example Hosting, AS64500
        Country       Netherlands
        Network       203.0.113.0/24, servers for rent
        Place         52.4° N, 4.9° E
        Record        3rd ban, the first on 2026-09-01 08:12 +02:00
        Banned on     mx, web1

      WHY
      Its attempts within 10 min weigh 5; the limit of the jail sshd is 5.

      WHAT IT TRIED SO FAR
        Attempts
        --------  ---------------------------------------------
             212  tried to log in by SSH and failed (ssh.login)
              38  ssh.user
               7  mail.auth.smtp

      WHAT WAS DONE
      It is blocked at the firewall until 2026-11-27 13:21 +01:00.

      THE LINES THAT LED TO IT
        /var/log/auth.log, at byte 48213
          Nov 27 12:20:41 web1 sshd[4711]: Failed password for invalid user admin
            from 203.0.113.7 port 40022 ssh2

      UNDO IT
        rapsheet unban 203.0.113.7  ends this ban
        rapsheet allow 203.0.113.7  ends it, and never bans it again

      READ ON
        rapsheet show 203.0.113.7     everything on record about it
        rapsheet explain 203.0.113.7  its standing now, and why

      -- 
      Told at once because other hosts banned the same address and nothing of this
      kind led to a ban on this host before.
      Rapsheet on web1, ban 4711.
      "
    `);
  });

  it('has nothing to undo in a dry run', () => {
    const text = textOf(banNotice({ block: 'dry-run' }));
    expect(text).not.toContain('rapsheet unban');
    expect(text).toMatch(/rapsheet allow 203\.0\.113\.7 +never bans it\n/);
  });

  it('offers no command for what is no address', () => {
    expect(textOf(banNotice({ subject: '203.0.113.7; reboot' }))).not.toContain('rapsheet unban');
    expect(textOf(banNotice({ subject: '2001:db8::/64' }))).toContain('rapsheet unban 2001:db8::/64');
  });
});

describe('the mail of a digest', () => {
  it('reads well in a terminal', () => {
    expect(textOf(digestNotice({ organizations: [], hosts: [] }))).toMatchInlineSnapshot(`
      "1,204 bans of 1,087 addresses from 2026-11-26 07:00 +01:00 to 2026-11-27 07:00
      +01:00, with 48,211 attempts recorded.

                      Now  Before  Change
        ---------  ------  ------  ------
        Bans        1,204     940    +264
        Addresses   1,087     921    +166
        Attempts   48,211  51,007  -2,796

      NEW, AND NOT TOLD BEFORE
      These would have been mailed at once, but the most that may be sent in an hour
      was reached.

        Who                               When
        -------------  -----------------------
        203.0.113.7    2026-11-27 12:21 +01:00
          sshd · Example Hosting, Netherlands
        198.51.100.23  2026-11-27 12:21 +01:00
          web · Example Hosting, Netherlands

      And 12 more bans that there is no room for here.

      ALL BANS, BY WHAT THEY HAVE IN COMMON
        Who                      Bans  Addresses
        -----------------------  ----  ---------
        campaign against "root"   520        498
          ssh.login · 192.0.2.4, 192.0.2.77, 198.51.100.9 and 495 more
        203.0.113.0/24             61         44
          Example Hosting · Netherlands · ssh.login, ssh.user · 203.0.113.7,
          203.0.113.9 and 42 more
        2001:db8:5:77::/64          3          1
          United States · web.probe.env

      620 more bans, in groups that there is no room for here.

        Countries      Bans
        -------------  ----
        Netherlands     401
        United States   322
        Hong Kong        97

        What they tried                                Bans
        ---------------------------------------------  ----
        tried to log in by SSH and failed (ssh.login)   901
        web.probe.env                                   210

      READ ON
        rapsheet show ADDRESS  everything on record about one
        rapsheet list          who is banned now
        rapsheet report        the month, with tables and maps

      -- 
      A digest comes once a day: [alerts] digest.
      "
    `);
  });

  it('says that nothing happened, and counts what it has no room for', () => {
    const nothing = {
      countries: [],
      organizations: [],
      kinds: [],
      hosts: [],
      groups: [],
      held: [],
      heldRest: 0,
      rest: 0,
    };
    const quiet = digestNotice({ ...nothing, bans: 0, addresses: 0, before: undefined });
    expect(letterOf(quiet, writing).subject).toBe('Bans of the day: no bans');
    expect(textOf(quiet)).toContain('Nobody was banned from');
    const [group] = digestNotice().groups;
    if (!group) throw new Error('no group');
    const many = digestNotice({
      groups: Array(130).fill({ ...group, bans: 2 }),
      rest: 5,
      held: Array(120).fill(toldBan()),
    });
    expect(textOf(many)).toContain('65 more bans, in groups');
    expect(textOf(many)).toContain('And 32 more bans');
  });
});

it('no line of text is wider than 78 columns, whatever is told', () => {
  const ruler = rulerOf('en');
  const texts = fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(texts, (text) => {
      for (const notice of [...hostileNotices(text), banNotice(), digestNotice(), reportNotice(), testNotice()]) {
        for (const line of textOf(notice).split('\n')) expect(ruler.width(line)).toBeLessThanOrEqual(78);
      }
    }),
    { numRuns: 60 },
  );
});

it('no text becomes an element or an attribute of the page', () => {
  const tagsOf = (notice: Notice): string[] =>
    (asHtml(letterOf(notice, writing), 'en').match(/<[^>]*>/g) ?? []).filter(
      (tag) => !tag.startsWith('<span style="white'),
    );
  const plain = hostileNotices('plain').map(tagsOf);
  for (const text of PAYLOADS.filter((each) => each.trim() !== '')) {
    expect(hostileNotices(text).map((notice) => tagsOf(notice).map(withoutWords))).toEqual(
      plain.map((tags) => tags.map(withoutWords)),
    );
  }
});

/** Of the picture's words only that they are there. */
function withoutWords(tag: string): string {
  return tag.replace(/ alt="[^"]*"/, ' alt');
}

describe('logText()', () => {
  it('reads UTF-8 that was cut in the middle of a character, and marks the cut', () => {
    for (let length = 0; length <= 12; length++) {
      const text = logText(toLog('x'.repeat(length) + 'ü漢🙂'.repeat(100)));
      expect(text).toMatch(/^x*(?:ü漢🙂)+(?:ü漢?)?…$/u);
    }
    // Cut by somebody else, who said so.
    expect(logText(`${toLog('x')}\xc3…`)).toBe('x…');
    expect(logText(toLog('jürg'))).toBe('jürg');
    expect(logText('\xff\xfe')).toBe('\xff\xfe');
  });
});
