/**
 * Going on: logs that grew, were rotated and compressed between two runs come to what one run over all of them comes to,
 * in bans, attempts, evidence and positions.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../src/ledger/ledger.ts';
import { writeBusyLogs } from './busy-logs.ts';
import { done, linesOf, plainConfig, put, rapsheet, readReport, scratch, tableOf } from './run.ts';

const folder = scratch();
// Each address alone: its attackers are of one network, and all try root.
const config = plainConfig(folder, '[wide]\nenabled = false\n[campaign]\nenabled = false\n');

describe('two runs with growth, rotation and compression between them', () => {
  const CUT = '2024-10-01T05:00:00';
  /**
   * At the cut, the window of one address is open, another is banned and goes on, and of a third the first two lines of
   * a login are written and the last two are not.
   */
  const SPANNING = [
    ...['04:56:00', '04:57:00', '04:58:00', '05:01:00', '05:02:00'].map((time) => failure(time, '203.0.113.251', 900)),
    ...['04:50', '05:10', '05:55'].flatMap((minute) =>
      [1, 2, 3, 4, 5].map((second) => failure(`${minute}:0${second}`, '203.0.113.253', 901)),
    ),
    told('04:59:58', '203.0.113.252', 'Invalid user oracle from 203.0.113.252 port 4242'),
    told(
      '04:59:59',
      '203.0.113.252',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.252',
    ),
    told('05:00:01', '203.0.113.252', 'Failed password for invalid user oracle from 203.0.113.252 port 4242 ssh2'),
    told('05:00:02', '203.0.113.252', 'Connection closed by invalid user oracle 203.0.113.252 port 4242 [preauth]'),
  ];
  const ledgers = { once: join(folder, 'once.db'), twice: join(folder, 'twice.db') };

  beforeAll(async () => {
    const source = join(folder, 'source');
    writeBusyLogs(source, 600);
    const auth = partsOf(SPANNING.concat(linesBelow(source, 'alpha/auth.log')).sort(), (line) => line < CUT);
    const mail = partsOf(linesBelow(source, 'gamma/mail.log'), (line) => line < CUT);
    const access = partsOf(
      linesBelow(source, 'beta/nginx/access.log'),
      (line) => line.slice(line.indexOf('[')) < '[01/Oct/2024:05',
    );

    const logs = join(folder, 'logs');
    const hosts = ['alpha', 'beta', 'gamma'].flatMap((host) => ['--host', `${host}=${join(logs, host)}`]);
    const run = (ledger: string): Promise<string> =>
      done(['replay', '-c', config, '--ledger', ledger, '--quiet', ...hosts]);

    // The first lines; of one log the last line is only half written yet.
    put(join(logs, 'alpha', 'auth.log'), auth.first + auth.second.slice(0, 40));
    put(join(logs, 'gamma', 'mail.log'), mail.first);
    put(join(logs, 'beta', 'access.log'), access.first);
    await run(ledgers.twice);

    // One grew, one was rotated, and one was rotated twice and compressed; the new ones have lines already.
    writeFileSync(join(logs, 'alpha', 'auth.log'), auth.first + auth.second);
    renameSync(join(logs, 'gamma', 'mail.log'), join(logs, 'gamma', 'mail.log.1'));
    put(join(logs, 'gamma', 'mail.log'), mail.second);
    rmSync(join(logs, 'beta', 'access.log'));
    const [middle, last] = halvesOf(access.second);
    put(join(logs, 'beta', 'access.log.2.gz'), gzipSync(access.first + middle));
    put(join(logs, 'beta', 'access.log.1'), last);
    put(join(logs, 'beta', 'access.log'), '');
    await run(ledgers.twice);
    await run(ledgers.once);
  });

  it('come to what one run over everything comes to', async () => {
    const [once, twice] = [await recordsOf(ledgers.once), await recordsOf(ledgers.twice)];
    expect(once.bans.length).toBeGreaterThan(50);
    expect(once.tallies.length).toBeGreaterThan(500);
    expect(twice.bans.filter((ban, index) => ban !== once.bans[index]).slice(0, 3)).toEqual([]);
    expect(twice).toEqual(once);
  });

  it('count a window that spans the two runs, with the lines of both as evidence', async () => {
    const sheet = readReport(await done(['show', '203.0.113.251', '-c', config, '--ledger', ledgers.twice, '--json']));
    expect(tableOf(sheet, 'evidence').rows).toHaveLength(5);
    expect(tableOf(sheet, 'bans').rows).toMatchObject([{ from: '2024-10-01T05:02:00.000Z' }]);
  });

  it('know in the second run who was banned in the first', async () => {
    const sheet = readReport(await done(['show', '203.0.113.253', '-c', config, '--ledger', ledgers.twice, '--json']));
    expect(tableOf(sheet, 'bans').rows).toHaveLength(2);
    const times = tableOf(sheet, 'bans').rows.map(({ from }) => from);
    expect(times.sort()).toEqual(['2024-10-01T04:50:05.000Z', '2024-10-01T05:55:05.000Z']);
  });

  it('count a login once of which one run read the first lines and the other the last', async () => {
    const said = await rapsheet(['explain', '203.0.113.252', '-c', config, '--ledger', ledgers.twice, '--json']);
    expect(JSON.parse(said.out)).toMatchObject({ bans: 0, attempts: 1, kinds: [{ kind: 'ssh.user', attempts: 1 }] });
  });

  function failure(time: string, address: string, pid: number): string {
    return `2024-10-01T${time}.000000+00:00 host sshd[${pid}]: Failed password for root from ${address} port 22 ssh2\n`;
  }

  function told(time: string, address: string, message: string): string {
    return `2024-10-01T${time}.000000+00:00 host sshd[${address.length}77]: ${message}\n`;
  }
});

/** All that people can ask for, without the names of files, which change, and without ids. */
async function recordsOf(path: string): Promise<Record<'bans' | 'tallies' | 'users' | 'positions', string[]>> {
  const ledger = await openLedger({ path, mode: 'read', clock: () => 0 });
  const period = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'always' };
  const scope = { period, host: undefined };
  try {
    return {
      bans: [...ledger.bans(scope)].map(({ id, ...ban }) => {
        const evidence = ledger.evidenceOf(id).map(({ path: _, ...rest }) => rest);
        return JSON.stringify([ban, ledger.reasonOf(id), evidence]);
      }),
      tallies: [...ledger.tallies(scope)].map((tally) => JSON.stringify(tally)).sort(),
      users: [...ledger.users(scope)].map((user) => JSON.stringify(user)).sort(),
      positions: ['alpha', 'beta', 'gamma']
        .flatMap((host) => ledger.positions(host))
        .map(({ host, headHash, position }) => `${host} ${headHash} ${position}`)
        .sort(),
    };
  } finally {
    ledger.close();
  }
}

/** The lines of a log, the oldest part first. */
function linesBelow(folder: string, name: string): string[] {
  const parts = ['.2.gz', '.1', ''].map((suffix) => readFileSync(join(folder, name + suffix)));
  const text = parts.map((part, index) => (index === 0 ? gunzipSync(part) : part).toString('latin1')).join('');
  return linesOf(text).map((line) => `${line}\n`);
}

function partsOf(lines: readonly string[], isFirst: (line: string) => boolean): { first: string; second: string } {
  const cut = lines.findIndex((line) => !isFirst(line));
  return { first: lines.slice(0, cut).join(''), second: lines.slice(cut).join('') };
}

function halvesOf(text: string): [string, string] {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  return [text.slice(0, middle), text.slice(middle)];
}
