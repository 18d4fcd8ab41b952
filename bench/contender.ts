/** Who runs in the bench: ourselves, what only reads or finds, and the peers that are installed. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../src/config/config.ts';
import type { FilterDefinition } from '../src/filter/definition.ts';
import type { Workload } from './workload.ts';

export interface Contender {
  readonly name: string;
  /** What of the work it does. */
  readonly does: string;
  command(log: string, workload: Workload): readonly [command: string, ...args: string[]] | undefined;
}

const PARSERS = ['/usr/libexec/sshguard/sshg-parser', '/usr/lib/x86_64-linux-gnu/sshg-parser'];

/** `folder`: where the ledger of a run and the pattern files may be written. */
export function contenders(root: string, folder: string): readonly Contender[] {
  const config = loadConfig({ program: root, file: join(root, 'config', 'rapsheet.toml') });
  const expressions = (workload: Workload): string => {
    const name = workload.name === 'access-3' ? 'web-access' : 'sshd';
    const file = join(folder, `${name}.expressions`);
    const filter = config.filters.find((each) => each.name === name);
    writeFileSync(file, filter ? expressionsOf(filter) : '');
    return file;
  };
  return [
    {
      name: 'rapsheet',
      does: 'everything: recognize, extract, date, count, decide, record',
      command: (log) => [
        process.execPath,
        join(root, 'bin', 'rapsheet'),
        ...['replay', '--quiet', '--config', join(root, 'config', 'rapsheet.toml')],
        ...['--ledger', join(folder, `${Math.floor(process.uptime() * 1e6)}.db`), log],
      ],
    },
    { name: 'wc -l', does: 'reads', command: (log) => ['wc', '-l', log] },
    {
      name: 'rg -c',
      does: "finds the lines with the filter's own expressions, no more",
      command: (log, workload) => ['rg', '-c', '-j1', '--no-config', '-f', expressions(workload), log],
    },
    {
      name: 'fail2ban-regex',
      does: 'recognizes',
      command: (log, workload) =>
        existsSync('/usr/bin/fail2ban-regex') && workload.name !== 'access-3'
          ? ['/usr/bin/fail2ban-regex', log, '/etc/fail2ban/filter.d/sshd.conf']
          : undefined,
    },
    {
      name: 'sshguard parser',
      does: 'recognizes',
      command: (log) => {
        const parser = PARSERS.find(existsSync);
        return parser === undefined ? undefined : ['/bin/sh', '-c', 'exec "$0" < "$1"', parser, log];
      },
    },
  ];
}

const FIELDS: Readonly<Record<string, string>> = {
  address: '[0-9a-fA-F:.]+',
  count: '\\d+',
  port: '\\d+',
  word: '\\S+',
};

/** A filter's expressions as ripgrep takes them, one a line. */
function expressionsOf(filter: FilterDefinition): string {
  const plain = (source: string): string =>
    source.replace(/<(address|user|target|count|port|word|any)>/g, (_, name: string) => FIELDS[name] ?? '.*');
  return filter.patterns
    .map((pattern) =>
      filter.format === 'access'
        ? `"${plain(pattern.request ?? '.*')}" (?:${pattern.status ?? '\\d+'}) `
        : plain(pattern.match ?? ''),
    )
    .map((line) => `${line}\n`)
    .join('');
}
