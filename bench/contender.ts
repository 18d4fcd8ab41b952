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
  /** The command, or why there is none. */
  command(log: string, workload: Workload): Command | string;
  /** A command that prints how many lines it finds, as the last number of its output. */
  count?(log: string, workload: Workload): Command;
  /** By whose expressions: those who count by the same must find as many. */
  readonly by?: 'fail2ban';
}

export type Command = readonly [command: string, ...args: string[]];

const FAIL2BAN = '/usr/bin/fail2ban-regex';
const MISSING = `not installed (${FAIL2BAN})`;
/** Those of fail2ban's filters that who has such a log has jails for. */
const ITS_FILTERS: Readonly<Record<Workload['name'], readonly string[]>> = {
  'auth-5': ['sshd', 'postfix', 'dovecot'],
  'auth-95': ['sshd', 'postfix', 'dovecot'],
  'access-3': ['nginx-http-auth', 'nginx-botsearch'],
};
const PARSERS = ['/usr/libexec/sshguard/sshg-parser', '/usr/lib/x86_64-linux-gnu/sshg-parser'];

/** `folder`: where the ledger of a run and the pattern files may be written. */
export function contenders(root: string, folder: string): readonly Contender[] {
  const config = loadConfig({ program: root, file: join(root, 'config', 'rapsheet.toml') });
  const expressions = (workload: Workload): string => {
    const format = workload.name === 'access-3' ? 'access' : 'syslog';
    const file = join(folder, `${format}.expressions`);
    writeFileSync(
      file,
      config.filters
        .filter((filter) => filter.format === format)
        .flatMap(expressionsOf)
        .join(''),
    );
    return file;
  };
  const replay = (...rest: readonly string[]): Command => [
    process.execPath,
    join(root, 'bin', 'rapsheet'),
    ...['replay', '--config', join(root, 'config', 'rapsheet.toml')],
    ...rest,
  ];
  const grep = (log: string, workload: Workload): Command => [
    ...(['rg', '-c', '-j1', '--no-config', '-f'] as const),
    ...[expressions(workload), log],
  ];
  return [
    {
      name: 'rapsheet',
      does: 'everything: recognize, extract, date, count, decide, record',
      command: (log) => replay('--quiet', '--ledger', join(folder, `${Math.floor(process.uptime() * 1e6)}.db`), log),
      count: (log) => replay('--json', '--dry-run', log),
    },
    { name: 'wc -l', does: 'reads', command: (log) => ['wc', '-l', log] },
    {
      name: 'rg -c',
      does: 'finds the lines with the expressions that the replay looks for, no more',
      command: grep,
      count: grep,
    },
    {
      name: 'rapsheet -f2b',
      does: `recognizes and dates, with fail2ban's filters, all in one run`,
      by: 'fail2ban',
      command: (log, workload) => (existsSync(FAIL2BAN) ? readByItsFilters(root, log, workload) : MISSING),
      ...(existsSync(FAIL2BAN) ? { count: (log, workload) => readByItsFilters(root, log, workload) } : {}),
    },
    {
      name: 'fail2ban-regex',
      does: 'recognizes, with the same filters, a run each',
      by: 'fail2ban',
      command: (log, workload) => (existsSync(FAIL2BAN) ? runItself(log, workload) : MISSING),
      ...(existsSync(FAIL2BAN) ? { count: (log, workload) => [...runItself(log, workload), 'count'] } : {}),
    },
    {
      name: 'sshguard parser',
      does: 'recognizes',
      command: (log) => {
        const parser = PARSERS.find(existsSync);
        if (parser === undefined) return `not installed (${PARSERS.join(', ')})`;
        return ['/bin/sh', '-c', 'exec "$0" < "$1"', parser, log];
      },
    },
  ];
}

function readByItsFilters(root: string, log: string, { name }: Workload): Command {
  return [process.execPath, join(root, 'dist', 'bench.js'), 'filters', log, ...ITS_FILTERS[name]];
}

/** The time of a run counts when the shell has waited for it, and has to be seen before the shell ends. */
const SEEN_S = 0.2;

/** `$0` is the log. With another argument, the sum of the lines that matched is all that is printed. */
function runItself(log: string, { name }: Workload): Command {
  const runs = ITS_FILTERS[name].map((filter) => `${FAIL2BAN} "$0" /etc/fail2ban/filter.d/${filter}.conf`).join('; ');
  const sum = `sed -n 's/.* ignored, \\([0-9]*\\) matched.*/\\1/p' | awk '{ all += $1 } END { print all }'`;
  return ['/bin/sh', '-c', `if [ "$1" ]; then { ${runs}; } | ${sum}; else ${runs}; sleep ${SEEN_S}; fi`, log];
}

const FIELDS: Readonly<Record<string, string>> = {
  address: '[0-9a-fA-F:.]+',
  count: '\\d+',
  port: '\\d+',
  word: '\\S+',
};

/**
 * A filter's expressions as ripgrep takes them, one a line, around them what the envelope of the format asks for. In an
 * access log a field must not reach over its quote; escaped quotes, which the workloads do not have, are left out.
 */
function expressionsOf({ format, patterns }: FilterDefinition): readonly string[] {
  const plain = (source: string): string =>
    source.replace(/<(address|user|target|count|port|word|any)>/g, (_, name: string) => FIELDS[name] ?? '.*');
  const quoted = (source: string | undefined): string => plain(source ?? '<any>').replace(/\.(?=[*+])/g, '[^"]');
  const hostile = patterns.filter(({ outcome }) => outcome === undefined);
  return hostile.map(({ match, request, status, name, agent }) => {
    if (format !== 'access') return `: (?:${plain(match ?? '')})[ \\t]*\\r?$\n`;
    const before = name === undefined ? '' : `^\\S+ - (?:${quoted(name)}) \\[[^\\]]*\\] `;
    const after = agent === undefined ? '' : `\\S+ "[^"]*" "(?:${quoted(agent)})"`;
    return `${before}"(?:${quoted(request)})" (?:${status ?? '\\d+'}) ${after}\n`;
  });
}
