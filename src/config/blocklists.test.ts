import { describe, expect, it } from 'vitest';
import { parseZone, recordedKinds, zoneText } from './blocklists.ts';
import { diffConfig } from './difference.ts';
import { complaintAbout, configFrom } from './testing.ts';
import { configWarnings } from './warnings.ts';

describe('[blocklists]', () => {
  it('asks nobody by default', () => {
    const { blocklists, kinds, jails } = configFrom('');
    expect(blocklists).toEqual({
      ...{ zones: [], kinds: ['mail.relay'], resolver: undefined, timeout: 5_000, cache: 3_600_000 },
    });
    expect(recordedKinds(kinds, blocklists)).not.toContain('mail.relay.listed');
    // Its jail comes before the one that counts all of mail.
    expect(jails.find(({ kinds: counted }) => counted.some((kind) => kind.startsWith('mail')))?.name).toBe(
      'relay-listed',
    );
  });

  it('reads zones, each once, with the answers that count', () => {
    const { zones } = configFrom(`
      [blocklists]
      zones = ["Zen.Spamhaus.org.", "zen.spamhaus.org=127.0.0.[2..11]", "bl.example.net=127.0.[0;2].[4;10..11]"]
      resolver = "[::1]:5353"
    `).blocklists;
    expect(zones.map(({ name, answers }) => [name, answers])).toEqual([
      ['zen.spamhaus.org', [[[127, 127]], [[0, 0]], [[0, 0]], [[2, 11]]]],
      [
        'bl.example.net',
        [
          [[127, 127]],
          [[0, 0]],
          [
            [0, 0],
            [2, 2],
          ],
          [
            [4, 4],
            [10, 11],
          ],
        ],
      ],
    ]);
    expect(zones.map(zoneText)).toEqual(['zen.spamhaus.org=127.0.0.[2..11]', 'bl.example.net=127.0.[0;2].[4;10..11]']);
  });

  it("does not show a customer's key", () => {
    const zone = parseZone('abcdef0123456789.zen.dq.spamhaus.net');
    expect(zone).toMatchObject({ name: 'abcdef0123456789.zen.dq.spamhaus.net', title: 'zen.dq.spamhaus.net' });
    const after = configFrom('[blocklists]\nzones = ["abcdef0123456789.zen.dq.spamhaus.net"]\n');
    expect(diffConfig(configFrom(''), after)).toEqual(['blocklists.zones: zen.dq.spamhaus.net added']);
  });

  it.each([
    ['zones = ["zen.spamhaus.org "]\nresolver = "127.0.0.1"', 'none'],
    ['zones = "zen.spamhaus.org"', 'must be a list of zones like ["zen.spamhaus.org"]'],
    ['zones = ["zen"]', 'must be the name of a zone like "zen.spamhaus.org" (got "zen")'],
    ['zones = ["https://www.spamhaus.org"]', 'must be the name of a zone'],
    ['zones = ["127.0.0.2"]', 'must be the name of a zone'],
    ['zones = ["-a.example.net"]', 'must be the name of a zone'],
    [`zones = ["${'a.'.repeat(100)}net"]`, 'must be the name of a zone'],
    ['zones = ["bl.example.net=2"]', 'after "=" come the answers that count, like "127.0.0.[2..11]"'],
    ['zones = ["bl.example.net=10.0.0.[2..11]"]', 'after "=" come the answers'],
    ['zones = ["bl.example.net=127.0.0.[11..2]"]', 'after "=" come the answers'],
    ['zones = ["bl.example.net=127.0.0.256"]', 'after "=" come the answers'],
    ['zones = ["bl.example.net=127.0.0.2=3"]', 'after "=" come the answers'],
    [`zones = [${'"a.example.net", '.repeat(17)}]`, 'has more than 16 zones'],
    ['kinds = ["mail.rely"]', 'blocklists.kinds: there is no kind "mail.rely" of attack (did you mean "mail.relay"?)'],
    ['kinds = ["ssh.accepted"]', 'there is no kind "ssh.accepted" of attack'],
    ['kinds = ["mail.relay.listed"]', 'there is no kind "mail.relay.listed" of attack'],
    ['resolver = "localhost:53"', 'must be the address of a resolver like "127.0.0.1:53" (got "localhost:53")'],
    ['timeout = "2h"', 'blocklists.timeout: must be at most "1m"'],
    ['cache = "2d"', 'blocklists.cache: must be at most "1d"'],
    ['zone = ["zen.spamhaus.org"]', 'unknown key "blocklists.zone" (did you mean "zones"?)'],
  ])('says of %j what is wrong', (text, message) => {
    expect(complaintAbout(`[blocklists]\n${text}\n`)).toContain(message);
  });

  it('has a kind of the listed for each kind that is looked up, heavy enough for a ban', () => {
    const text = '[blocklists]\nzones = ["bl.example.net"]\nkinds = ["mail.relay", "ssh.login"]\n';
    const { kinds, blocklists } = configFrom(text);
    expect(kinds.get('ssh.login.listed')).toMatchObject({
      sentence: 'tried to log in by SSH and failed, from an address on a DNS blocklist',
      ...{ weight: 5, attack: 'T1110', forgeable: false },
    });
    expect(recordedKinds(kinds, blocklists)).toEqual(
      expect.arrayContaining(['mail.relay', 'mail.relay.listed', 'ssh.login', 'ssh.login.listed']),
    );
    expect(recordedKinds(kinds, 'nobody').filter((kind) => kind.endsWith('.listed'))).toEqual([]);
  });

  it('warns where the answers would lead to nothing', () => {
    const asked = '[blocklists]\nzones = ["bl.example.net"]\n';
    const off = '[jail.relay-listed]\nenabled = false\n';
    const words = (text: string): string =>
      configWarnings(configFrom(text))
        .map(({ what }) => what)
        .join('\n');
    expect(words(asked)).not.toContain('blocklists');
    // Then the jail of mail counts it.
    expect(words(asked + off)).not.toContain('blocklists');
    expect(words(`${asked}${off}[jail.mail]\nenabled = false\n`)).toContain('no jail bans for mail.relay.listed');
    expect(words(`${off}[jail.mail]\nenabled = false\n`)).not.toContain('blocklists');
  });

  it('tells what a reload changes', () => {
    const after = `
      [blocklists]
      zones = ["bl.example.net"]
      kinds = ["mail.relay", "mail.recipient"]
      resolver = "127.0.0.1:53"
      timeout = "2s"
      cache = "0s"
    `;
    expect(diffConfig(configFrom(''), configFrom(after))).toEqual([
      'blocklists.zones: bl.example.net added',
      'blocklists.kinds: mail.recipient added',
      "blocklists.resolver: the system's → 127.0.0.1:53",
      'blocklists.timeout: 5s → 2s',
      'blocklists.cache: 1h → 0s',
      'kind mail.recipient.listed: weight: none → 5',
    ]);
  });
});
