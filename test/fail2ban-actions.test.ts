/**
 * The actions of an existing fail2ban, run by the daemon: the same commands in the same order as fail2ban's own server runs
 * them, told again after a kill, undone in time, and never with anything in them that an attacker wrote.
 */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, runProgram, startProgram } from '../src/base/program.ts';
import { attack, hasFail2ban, makeTree, placeOf, recorded, recordedUntil, type Tree } from './fail2ban-tree.ts';
import { ask, type LivePlace, type RunningDaemon, startDaemon, until } from './live.ts';
import { put, scratch } from './run.ts';

const MEMORY = '[firewall]\ntype = "memory"\n';
const HOSTILE = '$(touch INJECTED) `touch INJECTED`; touch INJECTED \'"| touch INJECTED';

async function watching(place: LivePlace): Promise<RunningDaemon> {
  const daemon = startDaemon(place);
  await until(
    () => daemon.said.text.includes('followed') || daemon.program.exitCode !== null,
    () => daemon.said.text,
  );
  return daemon;
}

async function ended(daemon: RunningDaemon): Promise<void> {
  daemon.program.kill('SIGTERM');
  expect([await daemon.end, daemon.said.text]).toEqual([0, expect.stringContaining('stopped')]);
}

describe.skipIf(!hasFail2ban('test/fail2ban-actions.test.ts'))('actions of fail2ban', () => {
  it('are told of bans and of their ends, and undone when the daemon ends', async () => {
    const folder = scratch();
    const tree = makeTree(folder, { jail: ['bantime = 3s', 'action = record'] });
    const place = placeOf(folder, tree, MEMORY);
    const daemon = await watching(place);
    attack(tree, '192.0.2.7');
    await recordedUntil(tree, 3, () => daemon.said.text);
    attack(tree, '2001:db8::7');
    await recordedUntil(tree, 5, () => daemon.said.text);
    await ended(daemon);
    expect(recorded(tree)).toEqual([
      ...['start inet4', 'ban 192.0.2.7 inet4 failures=2 restored=0', 'unban 192.0.2.7 inet4'],
      ...['start inet6', 'ban 2001:db8::7 inet6 failures=2 restored=0'],
      ...['unban 2001:db8::7 inet6', 'stop inet4', 'stop inet6'],
    ]);
  });

  it('are told again of the bans in force after a kill, and as restored', async () => {
    const folder = scratch();
    const mail = join(folder, 'mail');
    const quiet = `norestored = 1\nactionban = echo "<ip>" >> ${mail}`;
    const tree = makeTree(folder, { jail: ['action = record', '         quiet'] });
    put(join(tree.root, 'action.d', 'quiet.conf'), `[Definition]\n${quiet}\n`);
    const place = placeOf(folder, tree, MEMORY);
    const first = await watching(place);
    attack(tree, '192.0.2.7');
    await until(
      () => existsSync(mail),
      () => first.said.text,
    );
    first.program.kill('SIGKILL');
    await first.end;
    const second = await watching(place);
    await recordedUntil(tree, 4, () => second.said.text);
    const answer = await ask(place, ['unban', '192.0.2.7']);
    expect(answer).toMatchObject({ released: 1 });
    await recordedUntil(tree, 5, () => second.said.text);
    await ended(second);
    const ban = 'ban 192.0.2.7 inet4 failures=2';
    expect(recorded(tree)).toEqual([
      ...[
        'start inet4',
        `${ban} restored=0`,
        'start inet4',
        `${ban} restored=1`,
        'unban 192.0.2.7 inet4',
        'stop inet4',
      ],
    ]);
    expect(readFileSync(mail, 'utf8')).toBe('192.0.2.7\n');
  });

  it('send their mail, with what an attacker wrote as text in it and nowhere else', async () => {
    const folder = scratch();
    const sendmail = put(join(folder, 'sendmail'), `#!/bin/sh\n{ echo "$@"; cat; echo END; } >> ${folder}/mails\n`);
    chmodSync(sendmail, 0o755);
    const told = `told[text="<F-USER>|<matches>"]`;
    const tree = makeTree(folder, {
      jail: [
        `action = iptables-multiport[port=ssh]`,
        `         sendmail[mailcmd="${sendmail}", dest=me@example.org]`,
        `         ${told}`,
      ],
    });
    put(
      join(tree.root, 'action.d', 'told.conf'),
      `[Definition]\nactionban = printf '%%s\\n' "$f2bV_F_user" "<F-USER>" "<matches>" > ${folder}/told\n`,
    );
    const place = placeOf(folder, tree, MEMORY);
    const daemon = await watching(place);
    attack(tree, '192.0.2.7', HOSTILE);
    await until(
      () => existsSync(join(folder, 'told')),
      () => daemon.said.text,
    );
    const status = await ask(place, ['status']);
    await ended(daemon);
    expect(status).toMatchObject({
      firewall: { blocked: 1 },
      actions: [
        { action: 'iptables-multiport', fate: 'taken over', state: null },
        { action: 'sendmail', fate: 'run', failures: 0 },
        { action: 'told', fate: 'run', failures: 0 },
      ],
    });
    const mails = readFileSync(join(folder, 'mails'), 'utf8').split('END\n');
    expect(mails.map((mail) => /^Subject: .*$/m.exec(mail)?.[0] ?? '')).toEqual([
      expect.stringContaining('[Fail2Ban] gate: started'),
      expect.stringContaining('[Fail2Ban] gate: banned 192.0.2.7'),
      expect.stringContaining('[Fail2Ban] gate: stopped'),
      '',
    ]);
    const [, line = ''] = readFileSync(tree.log, 'utf8').split('\n');
    expect(readFileSync(join(folder, 'told'), 'utf8')).toBe(`${HOSTILE}\n${HOSTILE}\n${line}\n${line}\n`);
    for (const place of [folder, '/']) expect(existsSync(join(place, 'INJECTED'))).toBe(false);
  });

  it('keep nobody from being banned when they fail, and are named', async () => {
    const folder = scratch();
    const tree = makeTree(folder, {
      jail: [
        'action = record[actionban="echo <F-USER> no such lamp >&2; exit 3"]',
        '         iptables-multiport',
        '         other',
      ],
    });
    chmodSync(
      put(join(tree.root, 'action.d', 'other.conf'), `[Definition]\nactionban = echo other >> ${tree.record}\n`),
      0o666,
    );
    const place = placeOf(folder, tree, MEMORY);
    const daemon = await watching(place);
    attack(tree, '192.0.2.7');
    await until(
      () => daemon.said.text.includes('no such lamp'),
      () => daemon.said.text,
    );
    const status = await ask(place, ['status']);
    await ended(daemon);
    expect(status).toMatchObject({ firewall: { blocked: 1 }, counts: { bans: 1 } });
    expect(JSON.stringify(status)).toContain('it ended with status 3: root no such lamp');
    expect(JSON.stringify(status)).toContain('other.conf: its commands are not run: everybody may write it');
    expect(recorded(tree)).toEqual(['start inet4', 'stop inet4']);
  });

  it('leave alone whom the jail’s ignorecommand spares', async () => {
    const folder = scratch();
    const ignore = `ignorecommand = test <ip> = 192.0.2.7`;
    const tree = makeTree(folder, { jail: [ignore, 'action = record', '         iptables-multiport'] });
    const place = placeOf(folder, tree, MEMORY);
    const daemon = await watching(place);
    attack(tree, '192.0.2.7');
    attack(tree, '192.0.2.8');
    await recordedUntil(tree, 2, () => daemon.said.text);
    await until(
      () => daemon.said.text.includes('ignorecommand of gate says so'),
      () => daemon.said.text,
    );
    expect(await ask(place, ['status'])).toMatchObject({ firewall: { blocked: 1 }, counts: { bans: 2 } });
    await ended(daemon);
    expect(recorded(tree)[1]).toBe('ban 192.0.2.8 inet4 failures=2 restored=0');
    expect(recorded(tree).join()).not.toContain('192.0.2.7');
  });

  it('do the same as with fail2ban’s own server', async () => {
    const jail = ['action = record', '         record[name=again, actionstart_on_demand=false]'];
    const [ours, theirs] = [scratch(), scratch()].map((folder) => ({ folder, tree: makeTree(folder, { jail }) }));
    if (!ours || !theirs) throw new Error('two folders');
    const place = placeOf(ours.folder, ours.tree, `actions = "all"\n${MEMORY}`);
    const daemon = await watching(place);
    const server = await serverOf(theirs);
    for (const address of ['192.0.2.7', '2001:db8::7', '192.0.2.8']) {
      for (const { tree } of [ours, theirs]) attack(tree, address, HOSTILE);
      await Promise.all([ours, theirs].map(({ tree }) => toldOf(tree, `ban ${address} `, () => daemon.said.text)));
    }
    await ask(place, ['unban', '192.0.2.7']);
    await server.ask(['set', 'gate', 'unbanip', '192.0.2.7']);
    await Promise.all([ours, theirs].map(({ tree }) => toldOf(tree, 'unban 192.0.2.7 ', () => daemon.said.text)));
    expect(await ask(place, ['status'])).toMatchObject({ firewall: { blocked: 0 }, counts: { bans: 3 } });
    await ended(daemon);
    await server.end();
    expect(recorded(ours.tree)).toEqual(recorded(theirs.tree));
    expect(recorded(ours.tree).filter((line) => line.startsWith('ban')).length).toBe(6);
  });
});

/** Both actions were told. */
async function toldOf(tree: Tree, line: string, said: () => string): Promise<void> {
  await until(
    () => recorded(tree).filter((each) => each.startsWith(line)).length >= 2,
    () => `${line}: ${JSON.stringify(recorded(tree))}\n${said()}`,
  );
}

/** fail2ban's server in the foreground, on the tree and nothing else. */
async function serverOf({ folder, tree }: { folder: string; tree: Tree }) {
  const socket = join(folder, 'server.sock');
  const where = ['-c', tree.root, '-s', socket, '-p', join(folder, 'server.pid')];
  const server = startProgram(findProgram('fail2ban-server') ?? 'fail2ban-server', ['-f', ...where]);
  server.stdout.resume();
  server.stderr.resume();
  const over = new Promise((resolve) => server.on('close', resolve));
  const talk = (words: readonly string[]) => runProgram('fail2ban-client', [...where, ...words]);
  await until(
    async () => (await talk(['status', 'gate'])).status === 0,
    () => readFileSync(join(folder, 'server.log'), 'utf8'),
  );
  return {
    ask: talk,
    end: async () => {
      await talk(['stop']);
      await over;
    },
  };
}
