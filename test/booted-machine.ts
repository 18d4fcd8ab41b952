/**
 * A machine inside the server of a test network on which systemd itself is process 1: the tester's files laid over with
 * memory (nothing of them changes), /dev, /run, /var/log and the journal its own, no service but what a test starts. It
 * ends with the test's process at the latest. Needs root; `canBoot` tells. No test in here.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, type RunningProgram, runProgram } from '../src/base/program.ts';
import { pause, until } from './live.ts';
import type { NamespaceRunner, Network } from './netns.ts';
import { PROJECT, put } from './run.ts';

const SYSTEMD = '/lib/systemd/systemd';
const NEEDED = ['ip', 'mount', 'nsenter', 'pivot_root', 'setpriv', 'systemctl', 'unshare', SYSTEMD];
/** Where the checkout is, as packaging/README.md says; read-only. */
export const INSTALLED = '/usr/local/lib/rapsheet';
/** Where units look for Node. */
const UNIT_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];
const TARGET = 'test.target';

/** Process 1 and all others are in a control group of their own, which the unified hierarchy is to have, whatever the tester's has. */
const ENTER = `set -eu
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir /sys/fs/cgroup/$1
echo $$ > /sys/fs/cgroup/$1/cgroup.procs
exec unshare --mount --propagation private --pid --ipc --uts --cgroup --fork --kill-child=KILL sh "$2/build.sh" "$2/layers"
`;

/** An upper layer in memory: one within the lower layer is refused by the kernel. */
const LAYERS = `mount -t tmpfs -o size=1g,mode=755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
`;

/** Kernel variables that are not of a network are everybody's: read-only, and no unit that loads or mounts what is the tester's. */
const BUILD = `set -eu
checkout=$(pwd)
${LAYERS}cd "$1/root"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for each in dev run tmp; do mount -t tmpfs -o mode=755 tmpfs $each; done
chmod 1777 tmp
for each in null zero full random urandom tty; do
  touch dev/$each
  mount --bind /dev/$each dev/$each
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
rm -rf var/log var/lib/rapsheet etc/rapsheet etc/systemd/system etc/fail2ban/jail.local usr/local/bin/rapsheet .${INSTALLED}
mkdir -p var/log/journal etc/systemd/system .${INSTALLED}
for each in sys-fs-fuse-connections sys-kernel-debug sys-kernel-tracing sys-kernel-config dev-hugepages dev-mqueue; do
  ln -s /dev/null etc/systemd/system/$each.mount
done
for each in systemd-modules-load systemd-sysctl systemd-udevd; do ln -s /dev/null etc/systemd/system/$each.service; done
printf '[Unit]\\nRequires=sysinit.target\\nAfter=sysinit.target\\nAllowIsolate=yes\\n' > etc/systemd/system/${TARGET}
od -An -N16 -tx1 /dev/urandom | tr -d ' ' > etc/machine-id
mount --bind "$checkout" .${INSTALLED}
mount -o remount,bind,ro .${INSTALLED}
ln -s ${INSTALLED}/bin/rapsheet usr/local/bin/rapsheet
if [ -n "\${NODE-}" ]; then
  rm -f usr/local/bin/node
  touch usr/local/bin/node
  mount --bind "$NODE" usr/local/bin/node
fi
hostname machine
mkdir "$1/root/left"
pivot_root . left
umount -l /left
# What systemd mounts in a child (credentials) is to be seen by all.
mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin ${SYSTEMD} --unit=${TARGET} --log-target=journal --show-status=no
`;

const PROBE = `set -eu
mount -t cgroup2 cgroup2 /sys/fs/cgroup
${LAYERS}`;

/** Whether systemd can be booted here; says loudly why not. `folder` is empty, and stays so. */
export async function canBoot(folder: string): Promise<boolean> {
  const missing = NEEDED.filter((name) => findProgram(name) === undefined);
  const why =
    missing.length > 0
      ? `not installed: ${missing.join(', ')}`
      : await runProgram('unshare', [
          '--mount',
          '--pid',
          '--ipc',
          '--uts',
          '--cgroup',
          '--fork',
          'sh',
          '-c',
          PROBE,
          'sh',
          folder,
        ])
          .then(({ status, err }) => (status === 0 ? undefined : err.trim()))
          .catch(String);
  if (why !== undefined)
    console.warn(`\nSKIPPED: the units are not run by a systemd, which cannot be booted here (${why})\n`);
  return why === undefined;
}

/** `name` is that of its control group. `folder` is empty; scripts are put there, and memory laid over it. */
export async function bootMachine(network: Network, name: string, folder: string): Promise<BootedMachine> {
  const machine = new BootedMachine(network, name, folder);
  try {
    await machine.boot();
  } catch (error) {
    await machine.end();
    throw error;
  }
  return machine;
}

export class BootedMachine implements NamespaceRunner {
  readonly folder: string;
  readonly #network: Network;
  readonly #group: string;
  readonly #running = new Set<RunningProgram>();
  #init = 0;

  constructor(network: Network, name: string, folder: string) {
    this.#network = network;
    this.#group = `${name}${process.pid}`;
    this.folder = folder;
  }

  async boot(): Promise<void> {
    const enter = put(join(this.folder, 'enter.sh'), ENTER);
    put(join(this.folder, 'build.sh'), BUILD);
    mkdirSync(join(this.folder, 'layers'));
    const node = UNIT_PATH.includes(dirname(process.execPath)) ? {} : { NODE: process.execPath };
    const given = ['--pdeathsig', 'KILL', 'sh', '-c', `cd ${PROJECT} && exec sh ${enter} "$@"`, 'sh', this.#group];
    const child = this.#network.runner('server').start('setpriv', [...given, this.folder], node);
    this.#running.add(child);
    child.stdin.on('error', () => undefined).end();
    child.on('error', () => undefined);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    await until(
      async () => child.exitCode !== null || (await this.#isUp(child.pid)),
      () => `systemd to boot: ${said}`,
    );
    if (child.exitCode !== null) throw new Error(`systemd did not boot: ${said}`);
  }

  /** Where the tester finds a file of the machine. */
  path(name: string): string {
    return join(`/proc/${this.#init}/root`, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  put(name: string, content: string): void {
    put(this.path(name), content);
  }

  run: NamespaceRunner['run'] = (name, args, options) =>
    runProgram('nsenter', [...this.#inside(), name, ...args], options);

  start: NamespaceRunner['start'] = (name, args, environment) => {
    const child = this.#network.runner('server').start('nsenter', [...this.#inside(), name, ...args], environment);
    this.#running.add(child);
    child.on('error', () => undefined);
    return child;
  };

  /** Runs a program that must end well. What it says. */
  async must(name: string, ...args: readonly string[]): Promise<string> {
    const { status, out, err } = await this.run(name, args);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')}: status ${status}\n${out}${err}`);
    return out;
  }

  /** What systemd says of a unit. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.must('systemctl', 'show', '--value', '-p', name, unit)).trim();
  }

  /** What a unit said since the machine booted. */
  async journal(unit: string, ...more: readonly string[]): Promise<string> {
    return this.must('journalctl', '--no-pager', '-q', '-o', 'cat', '-u', unit, ...more);
  }

  /** Process 1 takes all others along. */
  async end(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    const remove = `mount -t cgroup2 cgroup2 /sys/fs/cgroup && find /sys/fs/cgroup/${this.#group} -depth -type d -exec rmdir {} +`;
    for (let tries = 0; tries < 100; tries++) {
      const { status } = await runProgram('unshare', ['--mount', 'sh', '-c', remove]);
      if (status === 0) return;
      // Until the last of its processes is gone.
      await pause(50);
    }
    throw new Error(`the control group ${this.#group} is still in use`);
  }

  /** Only once it is up its process 1 is systemd, and its root the machine's. */
  async #isUp(outer: number | undefined): Promise<boolean> {
    try {
      const [init = ''] = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').split(' ');
      if (!readFileSync(`/proc/${init}/comm`, 'utf8').startsWith('systemd')) return false;
      this.#init = Number(init);
    } catch {
      return false;
    }
    return (await this.run('systemctl', ['is-active', '-q', TARGET])).status === 0;
  }

  #inside(): string[] {
    const spaces = ['--mount', '--pid', '--ipc', '--uts', '--net', '--cgroup', '--root', '--wd'];
    return [`--target=${this.#init}`, ...spaces, '--'];
  }
}
