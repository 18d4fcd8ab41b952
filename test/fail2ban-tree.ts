/** An installation of fail2ban in a test's folder: its own jails, with the filters and actions that Debian's package brings. No test in here. */
import { appendFileSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type LivePlace, until } from './live.ts';
import { plainConfig, put } from './run.ts';

const INSTALLED = '/etc/fail2ban';

/** Whether the package is there; says loudly when not. */
export function hasFail2ban(file: string): boolean {
  const has = existsSync(join(INSTALLED, 'action.d', 'iptables-multiport.conf'));
  if (!has) console.warn(`${file}: no fail2ban is installed, SKIPPED`);
  return has;
}

export interface Tree {
  readonly root: string;
  readonly log: string;
  /** What the action `record` wrote. */
  readonly record: string;
}

export interface TreeOptions {
  /** Lines of the jail `gate`. */
  readonly jail: readonly string[];
  /** Lines of the action `record`, beside or over its own. */
  readonly action?: readonly string[];
}

/** One jail, `gate`, whose filter finds `gate: refused USER from ADDRESS`, and an action `record` that notes what it is told. */
export function makeTree(folder: string, { jail, action = [] }: TreeOptions): Tree {
  const root = join(folder, 'fail2ban');
  const [log, record] = [put(join(folder, 'gate.log'), ''), join(folder, 'record')];
  put(
    join(root, 'fail2ban.conf'),
    `[Definition]\nloglevel = INFO\nlogtarget = ${join(folder, 'server.log')}\nsocket = ${join(folder, 'server.sock')}
pidfile = ${join(folder, 'server.pid')}\ndbfile = ${join(folder, 'server.db')}\ndbpurgeage = 1d\nallowipv6 = yes\n`,
  );
  put(
    join(root, 'filter.d', 'gate.conf'),
    '[Definition]\nfailregex = ^ gate: refused <F-USER>.*</F-USER> from <ADDR>$\n',
  );
  put(
    join(root, 'jail.conf'),
    `[DEFAULT]\nbackend = polling\nusedns = no\nignoreself = false\nbantime = 1h\n\n[gate]\nenabled = true\nfilter = gate\nlogpath = ${log}
maxretry = 2\nfindtime = 1h\n${jail.join('\n')}\n`,
  );
  put(
    join(root, 'action.d', 'record.conf'),
    `[Definition]
actionstart = echo "start <family>" >> ${record}
actionstop = echo "stop <family>" >> ${record}
actionflush =
actioncheck = test -e ${record}
actionban = printf '%%s\\n' "ban <ip> <family> failures=<failures> restored=<restored>" >> ${record}
actionunban = printf '%%s\\n' "unban <ip> <family>" >> ${record}
${action.join('\n')}
[Init?family=inet6]
unused = 1
`,
  );
  for (const name of [
    'iptables',
    'iptables-multiport',
    'nftables',
    'nftables-multiport',
    'sendmail',
    'sendmail-common',
  ]) {
    symlinkSync(join(INSTALLED, 'action.d', `${name}.conf`), join(root, 'action.d', `${name}.conf`));
  }
  return { root, log, record };
}

export function placeOf(folder: string, tree: Tree, more: string): LivePlace {
  const settings = `[fail2ban]\ndirectory = "${tree.root}"\n${more}\n[protect]\nallow_file = "${join(folder, 'allow')}"\n`;
  return {
    folder,
    config: plainConfig(folder, settings),
    ledger: join(folder, 'ledger.db'),
    socket: join(folder, 'control.sock'),
  };
}

/** Failures of an address, as many as a ban takes. */
export function attack({ log }: Tree, address: string, user = 'root'): void {
  const stamp = new Date().toISOString().slice(0, 19).replace('T', ' ');
  appendFileSync(log, `${stamp} gate: refused ${user} from ${address}\n`.repeat(2));
}

export function recorded({ record }: Tree): string[] {
  return existsSync(record) ? readFileSync(record, 'utf8').split('\n').slice(0, -1) : [];
}

/** Until so many lines are noted; all of them. */
export async function recordedUntil(tree: Tree, count: number, said: () => string): Promise<string[]> {
  await until(
    () => recorded(tree).length >= count,
    () => `${JSON.stringify(recorded(tree))}\n${said()}`,
  );
  return recorded(tree);
}
