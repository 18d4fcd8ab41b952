/**
 * The units under a real systemd: installed as packaging/README.md says, on a machine with Debian's sshd and a journal of its
 * own, attacked over a network. Reload, kill -9, a hanging daemon, a journal that is rotated and vacuumed, alerts, an existing
 * fail2ban whose actions are run with the drop-in of docs/fail2ban.md, and removal. Skipped where systemd cannot be booted.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgramResult } from '../src/base/program.ts';
import { type BootedMachine, bootMachine, canBoot, INSTALLED } from './booted-machine.ts';
import { until } from './live.ts';
import { blockedIn } from './live-network.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type Network } from './netns.ts';
import { wrongPasswords } from './real-services.ts';
import { scratch } from './run.ts';

const PROGRAMS = ['sshd', 'ssh', 'nft', 'iptables', 'fail2ban-client', 'journalctl', 'systemctl'];
const base = scratch();
const probe = join(base, 'probe');
mkdirSync(probe);
const able = (await canUseNamespaces()) && PROGRAMS.map(hasProgram).every((one) => one) && (await canBoot(probe));

const { attacker, server } = ADDRESSES;
/** More addresses of the attacker's place, each for one thing. */
const LATE = '198.51.100.21';
const ROTATING = '198.51.100.22';
const TOLD = '198.51.100.23';
const JAILED = '198.51.100.24';
const CONFIG = '/etc/rapsheet/rapsheet.toml';
const DROP_IN = '/etc/systemd/system/rapsheet.service.d/override.conf';
const SINK = 2525;

const sheet = v.object({
  tables: v.array(
    v.object({
      name: v.string(),
      rows: v.array(v.object({ file: v.optional(v.string()), line: v.optional(v.string()) })),
      total: v.nullish(v.object({ attempts: v.optional(v.number()) })),
    }),
  ),
});
type Table = v.InferOutput<typeof sheet>['tables'][number];
const entry = v.object({ __CURSOR: v.string(), MESSAGE: v.string() });
const ELSEWHERE = 8025;

/** What a page says between two fences, the first block that holds `word`. */
function blockOf(page: string, word: string): string {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  const found = blocks.find((block) => block.includes(word));
  if (found === undefined) throw new Error(`${page} has no block with ${word}`);
  return found;
}

/** A mail server that takes everything from who knows the password, and prints it. */
const SINK_PROGRAM = `const login = 'AUTH PLAIN ' + Buffer.from('\\0alerts\\0open sesame').toString('base64');
require('node:net').createServer((socket) => {
  let rest = '', isMail = false, known = false;
  const say = (text) => socket.write(text + '\\r\\n');
  const hear = (line) => {
    if (isMail) { isMail = line !== '.'; console.log(line); return isMail || say('250 taken'); }
    if (line.startsWith('EHLO')) return say('250-sink\\r\\n250 AUTH PLAIN');
    if (line.startsWith('AUTH')) { known = line === login; return say(known ? '235 welcome' : '535 who are you'); }
    if (line === 'QUIT') return socket.end('221 bye\\r\\n');
    if (line === 'DATA') { isMail = known; return say(known ? '354 go on' : '530 log in first'); }
    say('250 fine');
  };
  socket.on('error', () => {});
  socket.on('data', (piece) => { const lines = (rest + piece).split('\\r\\n'); rest = lines.pop(); lines.forEach(hear); });
  say('220 sink ESMTP');
}).listen(${SINK}, '127.0.0.1');`;

describe.runIf(able)('the units under systemd', () => {
  let network: Network;
  let machine: BootedMachine;
  const sunk = { text: '' };
  /** Clients whose connections are cut notice it late. */
  const clients: Array<Promise<ProgramResult>> = [];

  beforeAll(async () => {
    network = await makeNetwork('rsboot');
    for (const address of [LATE, ROTATING, TOLD, JAILED]) await network.addAddress('attacker', `${address}/24`);
    machine = await bootMachine(network, 'rapsheet-boot', join(base, 'machine'));
    machine.put('/etc/ssh/sshd_config', 'UsePAM yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n');
    // Two seconds for each wrong password otherwise.
    await machine.must('sed', '-i', 's/pam_unix.so/& nodelay/', '/etc/pam.d/common-auth');
    await machine.must('ssh-keygen', '-A');
    await machine.must('systemctl', 'start', 'ssh');
  });
  afterAll(async () => {
    await machine?.end();
    await network?.remove();
    await Promise.allSettled(clients);
  });

  const connects = (from: 'attacker' | 'innocent', source?: string): Promise<boolean> => {
    const way = { to: server.v4, port: 22, ...(source === undefined ? {} : { source }) };
    return network.connects(from, way);
  };

  /** So many connections at once, each with one wrong password. */
  function guess(source: string, times: number, user = 'root'): Promise<unknown> {
    const client = { from: 'attacker', to: server.v4, source, user } as const;
    const all = Array.from({ length: times }, () => wrongPasswords(network, machine, client, 1));
    clients.push(...all);
    return Promise.all(all);
  }

  async function untilBlocked(address: string): Promise<void> {
    await until(
      async () => (await blockedIn(machine))?.includes(address) === true,
      () => `${address} to be blocked`,
    );
  }

  /** A table of the rap sheet of an address; undefined when there is nothing on record. */
  async function tableOf(address: string, name: string): Promise<Table | undefined> {
    const { status, out } = await machine.run('rapsheet', ['show', address, '--json']);
    if (status !== 0) return undefined;
    return v.parse(sheet, JSON.parse(out)).tables.find((table) => table.name === name);
  }

  const attempts = async (address: string): Promise<number> => (await tableOf(address, 'hosts'))?.total?.attempts ?? 0;

  async function untilCounted(address: string, count: number): Promise<void> {
    await until(
      async () => (await attempts(address)) >= count,
      () => `${count} attempts of ${address}`,
    );
  }

  const main = (unit: string): Promise<string> => machine.property(unit, 'MainPID');

  /** `NAME: VALUE` of the main process of a unit. */
  async function processOf(unit: string): Promise<(name: string) => string | undefined> {
    const text = machine.read(`/proc/${await main(unit)}/status`);
    return (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1];
  }

  /** Whether a process in the control group of a unit reaches somebody: 0, or another exit status. */
  async function reaches(unit: string, host: string, port: number): Promise<boolean> {
    const script = `echo $$ > /sys/fs/cgroup/system.slice/${unit}.service/cgroup.procs; exec timeout 2 bash -c ": < /dev/tcp/${host}/${port}"`;
    return (await machine.run('sh', ['-c', script])).status === 0;
  }

  async function settle(unit = 'rapsheet'): Promise<void> {
    await until(
      async () => (await machine.property(unit, 'ActiveState')) === 'active',
      () => `${unit} to be active`,
    );
  }

  it('start when installed as the page says, with two privileges and nothing to complain of', async () => {
    const [, steps] = /(^install -D[\s\S]*)/m.exec(blockOf('packaging/README.md', 'install -D')) ?? [];
    expect(steps).toContain('systemctl enable --now');
    // The gate runs `rapsheet check`, which takes its time.
    await machine.must('sh', '-ec', `cd ${INSTALLED}\n${steps?.replace(/^rapsheet check.*$/m, '')}`);

    expect(await machine.property('rapsheet', 'StatusText')).toBe('enforcing');
    const status = await processOf('rapsheet');
    expect([status('CapEff'), status('CapBnd'), status('NoNewPrivs'), status('Seccomp')]).toEqual([
      ...['0000000000001004', '0000000000001004'],
      ...['1', '2'],
    ]);
    expect(status('Uid')?.split(/\s/)[0]).not.toBe('0');
    expect(await machine.journal('rapsheet', '-p', 'warning')).toBe('');
    expect(JSON.parse(await machine.must('rapsheet', 'status', '--json'))).toMatchObject({ problems: [] });
    await network.serve('attacker', ELSEWHERE);
    expect(await reaches('ssh', attacker.v4, ELSEWHERE)).toBe(true);
    expect(await reaches('rapsheet', attacker.v4, ELSEWHERE)).toBe(false);
  }, 60_000);

  it('ban from the journal whom sshd refuses, with the entries as evidence', async () => {
    expect([await connects('attacker'), await connects('innocent')]).toEqual([true, true]);
    void guess(attacker.v4, 3, 'oracle');
    await untilBlocked(attacker.v4);
    expect([await connects('attacker'), await connects('innocent')]).toEqual([false, true]);

    const rows = (await tableOf(attacker.v4, 'evidence'))?.rows ?? [];
    expect(rows.length).toBeGreaterThan(1);
    for (const { file, line } of rows) {
      const told = v.parse(entry, JSON.parse(line ?? ''));
      expect([file, told.MESSAGE]).toEqual(['journal', expect.stringContaining(attacker.v4)]);
      const found = await machine.must('journalctl', '-o', 'json', '-n', '1', `--cursor=${told.__CURSOR}`);
      expect(JSON.parse(found)).toMatchObject({ ...told, _SYSTEMD_UNIT: 'ssh.service' });
    }
  }, 60_000);

  it('keep the bans and lose no line over a reload, a kill -9 and a restart', async () => {
    const first = await main('rapsheet');
    machine.put(CONFIG, '[[allow]]\naddress = "192.0.2.77"\nreason = "the office"\n');
    await machine.must('systemctl', 'reload', 'rapsheet');
    await until(
      async () => (await machine.must('rapsheet', 'status')).includes('the office'),
      () => 'the new configuration',
    );
    expect([await main('rapsheet'), await blockedIn(machine)]).toEqual([first, [attacker.v4]]);

    await machine.must('kill', '-KILL', first);
    await guess(LATE, 2);
    await until(
      async () => (await machine.property('rapsheet', 'NRestarts')) === '1',
      () => 'a restart',
    );
    await settle();
    await untilCounted(LATE, 2);
    await machine.must('systemctl', 'restart', 'rapsheet');
    expect([await blockedIn(machine), await attempts(LATE)]).toEqual([[attacker.v4], 2]);
  }, 60_000);

  it('read a journal that is rotated and vacuumed, and what came while nobody ran, once', async () => {
    await guess(ROTATING, 1);
    await untilCounted(ROTATING, 1);
    await machine.must('journalctl', '--rotate', '--vacuum-size=1');
    await guess(ROTATING, 1);
    await untilCounted(ROTATING, 2);
    await machine.must('systemctl', 'stop', 'rapsheet');
    await guess(ROTATING, 1);
    await machine.must('journalctl', '--rotate');
    await guess(ROTATING, 1);
    await machine.must('systemctl', 'start', 'rapsheet');
    await untilCounted(ROTATING, 4);
    void guess(ROTATING, 1);
    await untilBlocked(ROTATING);
    expect(await attempts(ROTATING)).toBe(5);
  }, 60_000);

  it('end a daemon that hangs, and heed the allow file meanwhile', async () => {
    machine.put(DROP_IN, '[Service]\nWatchdogSec=15s\n');
    await machine.must('systemctl', 'daemon-reload');
    await machine.must('systemctl', 'restart', 'rapsheet');
    const hanging = await main('rapsheet');
    await machine.must('kill', '-STOP', hanging);
    await machine.must('sh', '-c', `echo ${attacker.v4} >> /etc/rapsheet/allow`);
    await until(
      async () => (await blockedIn(machine))?.includes(attacker.v4) === false,
      () => 'the allow file to be heeded',
    );
    expect(await main('rapsheet')).toBe(hanging);
    expect(await connects('attacker')).toBe(true);
    await until(
      async () => (await machine.journal('rapsheet')).includes("Failed with result 'watchdog'"),
      () => 'the watchdog',
    );
    await until(
      async () => !['0', hanging].includes(await main('rapsheet')),
      () => 'a restart',
    );
    await settle();
    expect(await blockedIn(machine)).toEqual([ROTATING]);
    await machine.must('rm', DROP_IN);
    await machine.must('systemctl', 'daemon-reload');
  }, 90_000);

  it('tell people by a process without privileges, with a password that root alone may read', async () => {
    network.start('server', process.execPath, ['-e', SINK_PROGRAM]).stdout.on('data', (piece: Buffer) => {
      sunk.text += piece.toString();
    });
    const mail = `[mail]\nserver = "smtp://127.0.0.1:${SINK}"\nto = ["ana@example.org"]\nuser = "alerts"`;
    machine.put(CONFIG, `[alerts]\nbans = "all"\n${mail}\npassword_file = "mail-password"\n`);
    machine.put('/etc/rapsheet/mail-password', 'open sesame\n');
    await machine.must('chmod', '600', '/etc/rapsheet/mail-password');
    const [credential] = /LoadCredential=\S+/.exec(readFileSync('packaging/README.md', 'utf8')) ?? [];
    machine.put(
      '/etc/systemd/system/rapsheet-notify.service.d/override.conf',
      `[Service]\n${credential}\n`.replace('`,', ''),
    );
    await machine.must('systemctl', 'daemon-reload');
    await machine.must('systemctl', 'restart', 'rapsheet');
    await machine.must('systemctl', 'enable', '--now', 'rapsheet-notify');
    void guess(TOLD, 3, 'oracle');
    await until(
      () => sunk.text.includes(`${TOLD} banned`),
      () => `the mail: ${sunk.text}`,
    );

    const status = await processOf('rapsheet-notify');
    expect([status('CapEff'), status('CapBnd'), status('NoNewPrivs')]).toEqual([
      ...['0000000000000000', '0000000000000000'],
      '1',
    ]);
    expect(status('Uid')).toBe((await processOf('rapsheet'))('Uid'));
    expect(await reaches('rapsheet-notify', attacker.v4, ELSEWHERE)).toBe(true);
    expect(await writable(await main('rapsheet-notify'))).toEqual(['/var/lib/rapsheet', '/tmp']);
    expect(await machine.journal('rapsheet-notify', '-p', 'warning')).toBe('');
  }, 60_000);

  /** Where the user of a unit may write, as its main process sees the machine. */
  async function writable(pid: string): Promise<readonly string[]> {
    const places = [
      '/var/lib/rapsheet',
      '/etc/rapsheet',
      '/tmp',
      '/usr',
      '/var/log',
      '/home',
      '/root',
      '/run',
      '/proc/sys',
    ];
    const script = `for each in ${places.join(' ')}; do (: > $each/made) 2>/dev/null && rm $each/made && echo $each; done; true`;
    const user = ['setpriv', '--reuid=rapsheet', '--regid=rapsheet', '--clear-groups', 'sh', '-c', script];
    const out = await machine.must('nsenter', `--target=${pid}`, '--mount', '--', ...user);
    return out.split('\n').filter((line) => line !== '');
  }

  it('run the jails and actions of an existing fail2ban, with the drop-in of its page, and answer its client', async () => {
    machine.put(
      '/etc/fail2ban/action.d/note.conf',
      `[Definition]
actionstart = echo "start as $(id -un)" >> /var/log/note
actionban = echo "ban <ip> <failures>" >> /var/log/note
actionunban = echo "unban <ip>" >> /var/log/note
actionstop = echo stop >> /var/log/note
`,
    );
    machine.put(
      '/etc/fail2ban/jail.local',
      `[DEFAULT]
backend = systemd
maxretry = 3
[sshd]
enabled = true
action = iptables-multiport[name=sshd, port=ssh]
         note
`,
    );
    machine.put(CONFIG, `${machine.read(CONFIG)}[fail2ban]\ndirectory = "/etc/fail2ban"\nactions = "all"\n`);
    machine.put(DROP_IN, blockOf('docs/fail2ban.md', 'User=root'));
    await machine.must('systemctl', 'daemon-reload');
    const before = (await machine.journal('rapsheet', '-p', 'warning')).length;
    await machine.must('systemctl', 'restart', 'rapsheet');
    void guess(JAILED, 3);
    await until(
      () => machine.read('/var/log/note').includes(`ban ${JAILED} 3`),
      () => machine.read('/var/log/note'),
    );
    await until(
      async () => (await machine.must('iptables-save')).includes(`-s ${JAILED}/32 -j REJECT`),
      () => 'the rule of iptables-multiport',
    );
    expect([await connects('attacker', JAILED), await connects('innocent')]).toEqual([false, true]);
    expect(await machine.must('fail2ban-client', 'status', 'sshd')).toMatch(new RegExp(`Banned IP list:.*${JAILED}`));
    expect(await machine.must('fail2ban-client', 'set', 'sshd', 'unbanip', JAILED)).toBe('1\n');
    await until(
      () => machine.read('/var/log/note').includes(`unban ${JAILED}`),
      () => machine.read('/var/log/note'),
    );
    await until(
      async () => connects('attacker', JAILED),
      () => 'the end of the ban',
    );
    // The group may still ask the daemon, and who tells people goes on: both share the ledger.
    const asked = ['setpriv', '--reuid=nobody', '--regid=rapsheet', '--clear-groups', 'rapsheet', 'status', '--json'];
    expect(JSON.parse(await machine.must(asked[0] ?? '', ...asked.slice(1)))).toMatchObject({ problems: [] });
    await machine.must('systemctl', 'restart', 'rapsheet-notify');
    await until(
      () => sunk.text.includes(`Subject: sshd: ${JAILED} banned`),
      () => `the mail: ${sunk.text}`,
    );
    const warned = (await machine.journal('rapsheet', '-p', 'warning')).slice(before);
    expect([warned, await machine.journal('rapsheet-notify', '-p', 'warning')]).toEqual(['', '']);
  }, 90_000);

  it('leave nothing running and nothing in the kernel when removed as the page says', async () => {
    const text = readFileSync('packaging/README.md', 'utf8').replaceAll('\n', ' ');
    const [, stop, uninstall] =
      /To remove it: `(systemctl disable [^`]+)`, then `(rapsheet uninstall[^`]*)`/.exec(text) ?? [];
    await machine.must('sh', '-ec', `${stop}\n${uninstall}`);
    expect(machine.read('/var/log/note')).toMatch(/stop\n$/);
    expect(await machine.must('iptables-save')).not.toContain('f2b');
    expect(await machine.must('nft', 'list', 'tables')).not.toContain('rapsheet');
    const left = await machine.must(
      'find',
      '/run',
      '/sys/fs/cgroup',
      '/etc/systemd/system',
      '-name',
      '*rapsheet*',
      '-type',
      'd,s,l',
    );
    expect(left.split('\n').filter((path) => path !== '' && !path.endsWith('.d'))).toEqual([]);
    expect(await machine.must('systemctl', '--failed', '--no-legend', '--plain')).toBe('');
    expect([await connects('attacker'), await connects('attacker', ROTATING)]).toEqual([true, true]);
  }, 60_000);
});
