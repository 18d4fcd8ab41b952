/** A small installation of fail2ban, of our own words, for the tests of this folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `jails`: the sections behind the defaults; `{folder}` in it is the folder. Returns the folder of the installation. */
export function sampleInstallation(folder: string, jails: string): string {
  const root = join(folder, 'fail2ban');
  const files: Readonly<Record<string, string>> = {
    'fail2ban.conf': '[Definition]\ndbpurgeage = 1d\n',
    'jail.conf': `[DEFAULT]\nenabled = true\nfilter = %(__name__)s\nmaxretry = 2\nfindtime = 10m\nbantime = 1h\nlogpath = {folder}/knock.log\n${jails}`,
    'filter.d/knock.conf': '[Definition]\nfailregex = ^\\s*knock from <HOST>$\nignoreregex =\n',
    'filter.d/ring.conf': '[Definition]\nfailregex = ^\\s*ring from <HOST>$\nignoreregex =\n',
    'action.d/block.conf': '[Definition]\nactionban = x\n[Init]\nport = 1\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text.replaceAll('{folder}', folder));
  }
  return root;
}

export function knock(time: number, address: string, word = 'knock'): string {
  return `${new Date(time).toISOString().replace('Z', '+00:00')} ${word} from ${address}\n`;
}
