/** The commands that talk to the daemon, against one with canned answers. */
import { describe, expect, it } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { BanInForce } from '../daemon/protocol.ts';
import { banCommand } from './ban.ts';
import { confirmCommand } from './confirm.ts';
import { listCommand } from './list.ts';
import { metricsCommand } from './metrics.ts';
import { reloadCommand } from './reload.ts';
import { statusCommand } from './status.ts';
import { fakeDaemon, hungDaemon, runCommand, scratch, statusOf } from './testing.ts';

const BAN: BanInForce = {
  ...{
    subject: '203.0.113.7',
    jail: 'ssh',
    kind: 'ssh.login',
    from: '2024-10-03T10:00:00.000Z',
    until: null,
    prior: 2,
  },
  ...{ country: 'NL', organization: 'Example\u001b[31m Hosting', blocked: true },
};

describe('status', () => {
  it('a daemon that is well: all of it on a page, status 0', async () => {
    const { socket } = await fakeDaemon({ status: statusOf() });
    const { status, out } = await runCommand(statusCommand(), ['--socket', socket]);
    expect(status).toBe(EXIT.done);
    for (const says of [
      /^rapsheet +0.1.0 on web1/,
      /^mode +enforcing/m,
      /nftables: 12 blocked/,
      /^JAIL/m,
      /^ssh +7/m,
    ]) {
      expect(out).toMatch(says);
    }
    expect(out).toMatch(/auth\.log +followed +syslog +20,000 +1,234 +up to date/);
    expect(out).toMatch(/Never banned:\n {2}192\.0\.2\.1 +an address of this host/);
  });

  it('what is wrong comes first and loud, with the way out; errors give status 1', async () => {
    const problem = { what: 'nft: not permitted', hint: 'run as root', since: '2024-10-03T10:00:00.000Z' };
    const ineffective = {
      ...{ subject: '203.0.113.7', since: '2024-10-03T10:00:00.000Z', attempts: 12, cause: 'forwarded' },
      ...{ what: 'a container publishes port 22\u001b[2J', remedy: 'hooks = ["input", "forward"]' },
    };
    const { socket } = await fakeDaemon({
      status: statusOf({
        problems: [
          { ...problem, severity: 'error' },
          { what: 'old', since: problem.since, severity: 'warning' },
        ],
        ineffective: [ineffective],
        mode: 'trial',
        trialUntil: '2024-10-03T10:10:00.000Z',
        reload: { since: problem.since, changes: [], risks: ['192.0.2.9 would be banned'] },
      }),
    });
    const { status, out } = await runCommand(statusCommand(), ['--socket', socket]);
    expect(status).toBe(EXIT.no);
    expect(out).toMatch(/^ERROR {4}nft: not permitted \(run as root\), since /);
    expect(out).toMatch(/Banned, and still getting through:\n {2}203\.0\.113\.7: 12 attempts.*\n {4}do: hooks = /);
    expect(out).toMatch(/This is a trial.*"rapsheet confirm"/);
    expect(out).toMatch(/waits since .* for "rapsheet reload --confirm", because:\n {2}192\.0\.2\.9 would be banned/);
    expect(out).not.toContain('\u001b');
    expect(out.indexOf('ERROR')).toBeLessThan(out.indexOf('rapsheet  '));
  });

  it('tells what others were asked, where anybody was', async () => {
    const findings = [
      { about: 'reverse-name', waiting: 3, answered: 1_200, unanswered: 5, dropped: 7 },
      { about: 'tor-exit', waiting: 0, answered: 9, unanswered: 0, dropped: 0 },
    ];
    const { socket } = await fakeDaemon({ status: statusOf({ findings }) });
    const { out } = await runCommand(statusCommand(), ['--socket', socket]);
    expect(out).toMatch(
      /^asked {5}reverse-name: 1,200 answered, 3 waiting, 5 without an answer, 7 left out\n {10}tor-exit: 9 answered$/m,
    );
    const { out: json } = await runCommand(statusCommand(), ['--socket', socket, '--json']);
    expect(JSON.parse(json)).toMatchObject({ findings });
  });

  it('warnings alone leave status 0', async () => {
    const problems = [{ what: 'old', since: '2024-10-03T10:00:00.000Z', severity: 'warning' as const }];
    const { socket } = await fakeDaemon({ status: statusOf({ problems }) });
    expect((await runCommand(statusCommand(), ['--socket', socket])).status).toBe(EXIT.done);
  });

  it('--json gives what the daemon said, fields of a newer one included', async () => {
    const answer = { ...statusOf(), novelty: ['x'] };
    const { socket } = await fakeDaemon({ status: answer });
    const { out } = await runCommand(statusCommand(), ['--socket', socket, '--json']);
    expect(JSON.parse(out)).toEqual(answer);
  });

  it('one jail with its bans; a misspelled one is told the likeliest', async () => {
    const { socket, asked } = await fakeDaemon({ status: statusOf(), list: [BAN] });
    const { out } = await runCommand(statusCommand(), ['ssh', '--socket', socket]);
    expect(out).toMatch(/^JAIL[\s\S]*ssh[\s\S]*203\.0\.113\.7/);
    expect(out).not.toContain('web ');
    expect(asked.at(-1)).toEqual({ verb: 'list', jail: 'ssh' });
    const wrong = await runCommand(statusCommand(), ['shh', '--socket', socket]);
    expect([wrong.status, wrong.err]).toEqual([EXIT.usage, expect.stringMatching(/did you mean "ssh"/)]);
  });

  it('without a daemon: says so, status 69', async () => {
    const nowhere = [`${scratch()}/none.sock`, '--ledger', `${scratch()}/none.db`];
    const { status, out, err } = await runCommand(statusCommand(), ['--socket', ...nowhere]);
    expect([status, out]).toEqual([EXIT.unavailable, '']);
    expect(err).toMatch(/not running .*systemctl status rapsheet.*\n.*no ledger/);
    const json = await runCommand(statusCommand(), ['--json', '--socket', ...nowhere]);
    expect([json.status, JSON.parse(json.out)]).toEqual([
      EXIT.unavailable,
      expect.objectContaining({ running: false, silence: 'down' }),
    ]);
  });

  it('a daemon of another shape is not believed', async () => {
    const { socket } = await fakeDaemon({ status: { version: 2 } });
    const { status, err } = await runCommand(statusCommand(), ['--socket', socket]);
    expect([status, err]).toEqual([EXIT.unavailable, expect.stringMatching(/answer is not understood/)]);
  });
});

describe('list', () => {
  it('a line a ban, nothing in it acts on the terminal', async () => {
    const { socket, asked } = await fakeDaemon({ list: [BAN, { ...BAN, subject: '198.51.100.7', blocked: false }] });
    const { out, err } = await runCommand(listCommand(), ['--socket', socket, '--jail', 'ssh']);
    expect(asked).toEqual([{ verb: 'list', jail: 'ssh' }]);
    expect(out).toMatch(/^ADDRESS.*\n203\.0\.113\.7 +ssh +ssh\.login +for good +2 +NL +Example\\x1b\[31m Hosting\n/);
    expect(out).toMatch(/198\.51\.100\.7.*\(not blocked\)\n$/);
    expect(err).toBe('2 bans are in force.\n');
  });

  it('tells what is left to the actions of fail2ban, and counts it apart', async () => {
    const { socket } = await fakeDaemon({
      status: statusOf({ jails: [{ name: 'sshd', watched: 1, attempts: 9, bans: 3, inForce: 0, leftToActions: 2 }] }),
      list: [{ ...BAN, blocked: false, leftToActions: true }],
    });
    const { out } = await runCommand(statusCommand(), ['--socket', socket]);
    expect(out).toMatch(/^JAIL .* IN FORCE {2}LEFT TO ACTIONS\nsshd .* 0 +2$/m);
    const listed = await runCommand(listCommand(), ['--socket', socket]);
    expect(listed.out).toContain('(left to the actions of its jail)');
  });

  it('--json: an object a line', async () => {
    const { socket } = await fakeDaemon({ list: [BAN, BAN] });
    const { out } = await runCommand(listCommand(), ['--socket', socket, '--json']);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([BAN, BAN]);
    expect(out).not.toContain('\u001b');
  });
});

describe('ban', () => {
  const made = { subject: '203.0.113.7', until: '2124-10-03T10:00:00.000Z', blocked: true };

  it('asks for the ban, with the length, the reason and who it was', async () => {
    const { socket, asked } = await fakeDaemon({ ban: made });
    const given = ['203.0.113.7', '--for', '1h 30m', '--why', 'ticket 7', '--socket', socket];
    const { status, out } = await runCommand(banCommand(), given);
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/^203\.0\.113\.7 is banned for .*until 2124/)]);
    const by = expect.stringMatching(/./);
    expect(asked).toEqual([{ verb: 'ban', subject: '203.0.113.7', forMs: 5_400_000, why: 'ticket 7', by }]);
  });

  it('says when it blocks nothing, and gives status 1', async () => {
    const { socket } = await fakeDaemon({ ban: { ...made, until: null, blocked: false, note: 'a dry run' } });
    const { status, out } = await runCommand(banCommand(), ['203.0.113.7', '--socket', socket]);
    expect([status, out]).toEqual([EXIT.no, '203.0.113.7 is banned for good.\nIt is NOT blocked: a dry run.\n']);
  });

  it('what the daemon refuses is told as it said it', async () => {
    const refusal = new ProblemError(EXIT.no, { what: '192.0.2.9 is protected: your own session', hint: 'really?' });
    const { socket } = await fakeDaemon({ ban: refusal });
    const { status, err } = await runCommand(banCommand(), ['192.0.2.9', '--socket', socket]);
    expect([status, err]).toEqual([EXIT.no, '192.0.2.9 is protected: your own session (really?)\n']);
  });

  it.each([
    ['203.0.113.7/24', [], /did you mean 203\.0\.113\.0\/24\?/],
    ['127.1', [], /not an address or a network/],
    ['0.0.0.0/0', [], /too large/],
    ['8.0.0.0/7', [], /too large/],
    ['2001::/18', [], /too large/],
    ['203.0.113.7', ['--for', '5'], /not a duration/],
    ['203.0.113.7', ['--for', '0s'], /not a duration/],
    ['203.0.113.7', ['--why', 'x'.repeat(501)], /at most 500/],
  ])('%s %j is refused before anybody is asked', async (subject, more, says) => {
    const { socket, asked } = await fakeDaemon({ ban: made });
    const { status, err } = await runCommand(banCommand(), [subject, ...more, '--socket', socket]);
    expect([status, err]).toEqual([EXIT.usage, expect.stringMatching(says)]);
    expect(asked).toEqual([]);
  });

  it('without a daemon there is no ban', async () => {
    const { status, err } = await runCommand(banCommand(), ['203.0.113.7', '--socket', `${scratch()}/none.sock`]);
    expect([status, err]).toEqual([EXIT.unavailable, expect.stringMatching(/is it running\?/)]);
  });
});

describe('reload, confirm, metrics', () => {
  it('a reload shows what changes', async () => {
    const { socket, asked } = await fakeDaemon({
      reload: {
        applied: true,
        changes: ['jail.ssh.maxretry: 5 → 3'],
        risks: [],
        problems: ['jail [a] is skipped: \u001b'],
      },
    });
    const { status, out, err } = await runCommand(reloadCommand(), ['--socket', socket]);
    expect([status, out, asked]).toEqual([0, 'jail.ssh.maxretry: 5 → 3\n', [{ verb: 'reload', confirmed: false }]]);
    expect(err).toBe('warning: jail [a] is skipped: \\x1b\n');
  });

  it('one that is refused says that the old configuration stays', async () => {
    const { socket } = await fakeDaemon({
      reload: new ProblemError(EXIT.badConfig, { where: 'f:2', what: 'a mistake' }),
    });
    const { status, err } = await runCommand(reloadCommand(), ['--socket', socket]);
    expect([status, err]).toEqual([
      EXIT.badConfig,
      expect.stringMatching(/^NOT reloaded, and the configuration from before stays .*:\n.*f:2: a mistake\n$/),
    ]);
  });

  it('one that waits says why, and gives status 1; --confirm is passed on', async () => {
    const reload = { applied: false, changes: ['allow: 192.0.2.0/24 removed'], risks: ['192.0.2.9 is you'] };
    const { socket, asked } = await fakeDaemon({ reload });
    const { status, err } = await runCommand(reloadCommand(), ['--socket', socket]);
    expect([status, err]).toEqual([
      EXIT.no,
      expect.stringMatching(/NOT reloaded[\s\S]*192\.0\.2\.9 is you[\s\S]*--confirm/),
    ]);
    await runCommand(reloadCommand(), ['--confirm', '--socket', socket]);
    expect(asked.at(-1)).toEqual({ verb: 'reload', confirmed: true });
  });

  it('confirm ends a trial, and says when there is none', async () => {
    const { socket } = await fakeDaemon({ confirm: { confirmed: true } });
    expect(await runCommand(confirmCommand(), ['--socket', socket])).toMatchObject({ status: 0 });
    const other = await fakeDaemon({ confirm: { confirmed: false } });
    expect(await runCommand(confirmCommand(), ['--socket', other.socket])).toMatchObject({ status: EXIT.no });
  });

  it('metrics are printed as they are, but for what could act on a terminal', async () => {
    const { socket } = await fakeDaemon({ metrics: '# HELP x\nx 1\u001b[2J\n' });
    expect((await runCommand(metricsCommand(), ['--socket', socket])).out).toBe('# HELP x\nx 1[2J\n');
  });
});

describe('a daemon that hangs', () => {
  it('status says so after a while', async () => {
    const { status, err } = await runCommand(statusCommand(), ['--socket', await hungDaemon()]);
    expect([status, err]).toEqual([EXIT.unavailable, expect.stringMatching(/does not answer/)]);
  });
});
