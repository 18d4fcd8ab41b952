import { describe, expect, it } from 'vitest';
import type { Attempt, Ban } from '../model.ts';
import type { JailsOptions, Spared } from './jail.ts';
import { judge, SSH, sampleAttempt, sampleJails } from './sample.ts';

const DAY = 86_400;
const WEB = { ...SSH, name: 'web', kinds: ['web.*'] };
const BRIDGE = '172.17.0.1';

/** A jail for the web beside that for SSH, each banning at three. */
function jails(given: Partial<JailsOptions> = {}) {
  const weights = new Map([
    ['ssh.login', 1],
    ['web.auth', 1],
  ]);
  return sampleJails({ jails: [SSH, WEB], weights, ...given });
}

/** That nearly all requests of an access log come from an address. */
function told(day: number, address: string, host = 'web1'): Attempt {
  const attempt = sampleAttempt(day * DAY, address, 'web.sole', host);
  return { ...attempt, count: 0, file: { ...attempt.file, path: '/var/log/nginx/access.log' } };
}

/** Three attempts, in whatever log. */
function attack(day: number, address: string, given: { kind?: string; host?: string } = {}): Attempt[] {
  const { kind = 'web.auth', host = 'web1' } = given;
  return [1, 2, 3].map((second) => sampleAttempt(day * DAY + second, address, kind, host));
}

function banned(bans: ReadonlyArray<Ban | undefined>): string[] {
  return bans.flatMap((ban) => ban?.subject.text ?? []);
}

describe('peers that nearly all requests come from', () => {
  it('are not banned by a web jail, whichever log has the attempts, and it is said', () => {
    const spared: Spared[] = [];
    const subject = jails({ onSpared: (each) => spared.push(each) });
    subject.solePeer(told(0, BRIDGE));
    expect(banned(judge(subject, attack(0, BRIDGE)))).toEqual([]);
    expect(subject.spared).toBe(1);
    expect(spared).toMatchObject([
      {
        ...{ jail: 'web', score: 3, limit: 3, banned: false, subject: { text: BRIDGE } },
        protection: {
          ...{ strength: 'always', proxy: BRIDGE, log: '/var/log/nginx/access.log' },
          why: expect.stringMatching(
            /^nearly all requests in \/var\/log\/nginx\/access\.log come from it.*trusted_proxies/,
          ),
        },
      },
    ]);
  });

  it('are addresses like any other for other services, on other hosts, and a week later', () => {
    const subject = jails();
    subject.solePeer(told(0, BRIDGE));
    expect(banned(judge(subject, attack(1, BRIDGE, { kind: 'ssh.login' })))).toEqual([BRIDGE]);
    expect(banned(judge(subject, attack(2, BRIDGE, { host: 'web2' })))).toEqual([BRIDGE]);
    expect(banned(judge(subject, attack(6.9, BRIDGE)))).toEqual([]);
    expect(banned(judge(subject, attack(7.1, BRIDGE)))).toEqual([BRIDGE]);
    subject.solePeer(told(8, '192.0.2.80'));
    expect(banned(judge(subject, attack(9, '192.0.2.81')))).toEqual(['192.0.2.81']);
  });

  it('keep the network around them from being banned', () => {
    const wide = { ipv4: 2, ipv6: 2, findTime: DAY * 1_000 };
    const banAll = (subject: ReturnType<typeof jails>): string[] => {
      const bans = judge(subject, [...attack(0, '192.0.2.1'), ...attack(0.01, '192.0.2.2')]);
      return [...banned(bans), ...banned(subject.takeFurther())];
    };
    const subject = jails({ wide });
    subject.solePeer(told(0, '192.0.2.80'));
    expect(banAll(subject)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(banAll(jails({ wide }))).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.0/24']);
  });

  it('stand for their network when they come by IPv6', () => {
    const subject = jails();
    subject.solePeer(told(0, '2001:db8:0:7::1'));
    expect(banned(judge(subject, attack(1, '2001:db8:0:7::2')))).toEqual([]);
    expect(banned(judge(subject, attack(1, '2001:db8:0:8::2')))).toEqual(['2001:db8:0:8::/64']);
  });

  it('are remembered by what is kept of them, as they were told last', () => {
    const subject = jails();
    for (const day of [0, 2, 1]) subject.solePeer(told(day, BRIDGE));
    const rows = subject.takeMemory().filter(({ key }) => key.includes('sole'));
    expect(rows).toMatchObject([{ until: 9 * DAY * 1_000, content: '/var/log/nginx/access.log' }]);
    expect(subject.takeMemory()).toEqual([]);
    expect(subject.memory(0)).toEqual(rows);
    const again = jails();
    again.recall(rows);
    expect(banned(judge(again, attack(8.9, BRIDGE)))).toEqual([]);
    expect(banned(judge(again, attack(9.1, BRIDGE)))).toEqual([BRIDGE]);
  });

  it('are no more than a host has, and the newest of them', () => {
    const subject = jails();
    const address = (i: number): string => `10.0.${i >> 8}.${i & 255}`;
    for (let i = 0; i < 300; i++) subject.solePeer(told(i / 1_000, address(i)));
    expect(banned(judge(subject, attack(1, address(0))))).toEqual([address(0)]);
    expect(banned(judge(subject, attack(1, address(299))))).toEqual([]);
    expect(subject.memory(0)).toHaveLength(256);
    const gone = subject.takeMemory().filter(({ content }) => content === undefined);
    expect(gone).toHaveLength(300 - 256);
  });
});
