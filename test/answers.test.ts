/** What the commands answer when nothing is wrong: statuses, JSON, pipes, colors, and what can be read from where. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeBusyLogs } from './busy-logs.ts';
import {
  done,
  ended,
  linesOf,
  plainConfig,
  put,
  rapsheet,
  readAttempts,
  readBans,
  readReport,
  scratch,
  start,
} from './run.ts';

const folder = scratch();
const config = plainConfig(folder);
const at = (...names: string[]): string => join(folder, ...names);

const ADDRESS = '203.0.113.7';
const failed = (second: number): string =>
  `2024-10-03T12:00:0${second}.000000+00:00 web1 sshd[${second}]: Failed password for root from ${ADDRESS} port 22 ssh2\n`;
const FIVE = [1, 2, 3, 4, 5].map((second) => failed(second)).join('');
const log = put(at('auth.log'), `${FIVE}2024-10-03T12:00:09.000000+00:00 web1 systemd[1]: Started a service.\n`);
const ledger = at('ledger.db');

beforeAll(async () => {
  await done(['replay', '-c', config, '--ledger', ledger, '--host', `web1=${log}`]);
});

describe('answers', () => {
  const read = ['-c', config, '--ledger', ledger];

  it('show: 0 for a known address, 1 for an unknown one', async () => {
    expect((await rapsheet(['show', ADDRESS, ...read])).out).toMatch(/1 ban\b/);
    const unknown = await rapsheet(['show', '203.0.113.8', ...read]);
    expect([unknown.status, unknown.out]).toEqual([1, expect.stringContaining('knows nothing of it')]);
  });

  it('explain: 0 for a hit, 1 for a miss, for a line of nothing known and for an address that is not banned', async () => {
    const hit = await rapsheet(['explain', failed(1).trim(), '-c', config]);
    expect([hit.status, hit.out]).toEqual([0, expect.stringMatching(/An attempt: 203\.0\.113\.7 .*\(ssh\.login\)/)]);
    const miss = await rapsheet(['explain', failed(1).replace('Failed', 'Accepted').trim(), '-c', config]);
    expect([miss.status, miss.out]).toEqual([1, expect.stringContaining('Not an attempt')]);
    expect((await rapsheet(['explain', 'what is this?', '-c', config])).status).toBe(1);
    const past = await rapsheet(['explain', ADDRESS, ...read]);
    expect([past.status, past.out]).toEqual([1, expect.stringContaining('is not banned now')]);
  });

  it('--json is one JSON document, or a line of it each', async () => {
    readReport(await done(['report', ...read, '--json']));
    readReport(await done(['show', ADDRESS, ...read, '--json']));
    const commands = [
      ['explain', failed(1).trim()],
      ['explain', 'nothing'],
      ['explain', ADDRESS, '--ledger', ledger],
      ['check'],
    ];
    for (const given of commands) {
      const { out } = await rapsheet([...given, '-c', config, '--json']);
      expect(linesOf(out).map((line) => typeof JSON.parse(line))).toContain('object');
    }
    const summary = linesOf(await done(['replay', '-c', config, '-n', '--json', log]));
    expect(summary.map((line) => JSON.parse(line))).toMatchObject([{ lines: 6, attempts: 5, bans: 1 }]);
    expect(readAttempts(await done(['replay', '-c', config, '-n', '-q', '--print', 'attempts', log]))).toHaveLength(5);
    expect(readBans(await done(['replay', '-c', config, '-n', '-q', '--print', 'bans', log]))).toHaveLength(1);
  });

  it('the talk is on standard error, and --quiet ends it', async () => {
    const { out, err } = await rapsheet(['replay', '-c', config, '-n', log]);
    expect([out, err]).toEqual(['', expect.stringContaining('Found 5 attempts')]);
    expect((await rapsheet(['replay', '-c', config, '-n', '-q', log])).err).toBe('');
  });

  it('NO_COLOR and a pipe mean no colors', async () => {
    const colored = await done(['report', ...read], { env: { FORCE_COLOR: '1' } });
    const plain = await done(['report', ...read]);
    expect(plain).not.toContain('\u001b');
    expect(await done(['report', ...read], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).toBe(plain);
    expect(colored.replaceAll(/\u001b\[\d*m/g, '')).toBe(plain);
  });

  it.each([['replay'], ['report']])('%s into a pipe that is closed early ends quietly', async (command) => {
    const logs = writeBusyLogs(at('busy', command), 400);
    const busy = at(`busy-${command}.db`);
    if (command === 'report') await done(['replay', '-c', config, '-q', '--ledger', busy, ...logs]);
    const given = {
      replay: ['-n', '--print', 'attempts', ...logs],
      report: ['--ledger', busy, '--top', 'all', '--json'],
    };
    const program = start([command, '-c', config, ...(command === 'replay' ? given.replay : given.report)]);
    program.stdin.end();
    program.stdout.once('data', () => program.stdout.destroy());
    const { status, err } = await ended(program);
    expect([status, err]).toEqual([0, '']);
  });
});

describe('what is read', () => {
  const bansOf = async (given: readonly string[], input?: string | Uint8Array): Promise<string[]> => {
    const out = await done(
      ['replay', '-c', config, '-n', '-q', '--print', 'bans', ...given],
      input === undefined ? {} : { input },
    );
    return readBans(out).map(({ host, address, time }) => `${host} ${address} ${time}`);
  };
  const journal = [1, 2, 3, 4, 5].map((second) =>
    JSON.stringify({
      __REALTIME_TIMESTAMP: String((Date.UTC(2024, 9, 3, 12) + second * 1000) * 1000),
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: String(second),
      MESSAGE: `Failed password for root from ${ADDRESS} port 22 ssh2`,
    }),
  );

  it.each([
    ['as text', FIVE],
    ['compressed', gzipSync(FIVE)],
    ['as journalctl -o json writes it', `${journal.join('\n')}\n`],
  ])('standard input %s', async (_, input) => {
    expect(await bansOf(['--host', 'web1=-'], input)).toEqual([`web1 ${ADDRESS} 2024-10-03T12:00:05.000Z`]);
  });

  it('several hosts are counted apart', async () => {
    const a = put(at('a', 'auth.log'), FIVE);
    put(at('b', 'auth.log'), FIVE.replaceAll(ADDRESS, '203.0.113.8') + failed(6));
    expect(await bansOf(['--host', `a=${a}`, '--host', `b=${at('b')}`])).toEqual([
      `a ${ADDRESS} 2024-10-03T12:00:05.000Z`,
      'b 203.0.113.8 2024-10-03T12:00:05.000Z',
    ]);
  });

  it('what is odd about a log is counted and said', async () => {
    const [one = '', two, three, four, five] = [1, 2, 3, 4, 5].map((second) => failed(second).trimEnd());
    const odd = Buffer.concat([
      Buffer.from(`${one}\r\n${two}\r\n`),
      Buffer.from(`${three?.replace('root', 'ro\0ot')}\n`),
      Buffer.from(`${four?.replace('root', 'ro\xffot')}\n`, 'latin1'),
      Buffer.from(`${'x'.repeat(100_000)}\n`),
      Buffer.from(`${five}`),
    ]);
    const path = put(at('odd', 'auth.log'), odd);
    const { status, out, err } = await rapsheet(['replay', '-c', config, '-n', '--print', 'attempts', path]);
    expect(status).toBe(0);
    expect(readAttempts(out).map(({ user, offset }) => [user, offset])).toEqual([
      ['root', 0],
      ['root', one.length + 2],
      ['ro\0ot', 2 * one.length + 4],
      ['ro\u00ffot', 3 * one.length + 6],
    ]);
    expect(err).toMatch(/1 line (?:is|was)? ?over 64 KiB/);
    expect(err).toMatch(/1 log ends in half a line/);
    expect(err).toMatch(/1 line holds? .*NUL/);
    expect(err).toMatch(/1 line is not UTF-8/);
    expect(err).toMatch(/2 lines end in CR/);
  });
});
