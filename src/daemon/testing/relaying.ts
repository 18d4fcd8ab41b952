/** For tests of blocklists: a daemon that asks a DNS server of ours about who tries to relay mail. No test in here. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { openBlocklists } from '../../origin/blocklist.ts';
import type { Daemon } from '../daemon.ts';
import { openBench, type TestBench } from '../testing.ts';
import type { DaemonOptions, World } from '../world.ts';

export const ZONE = 'bl.example.net';

/** A refused attempt to relay as Postfix and rsyslog write it. */
export function relay(time: number, address: string, pid = 16_197): string {
  const stamp = new Date(time).toISOString().replace('Z', '+00:00');
  const reply = '454 4.7.1 <b@example.org>: Relay access denied; from=<a@example.net> to=<b@example.org>';
  return `${stamp} mx postfix/smtpd[${pid}]: NOQUEUE: reject: RCPT from unknown[${address}]: ${reply} proto=ESMTP helo=<x>\n`;
}

export interface Relaying {
  readonly bench: TestBench;
  start(given?: Partial<DaemonOptions>, more?: Partial<World>): Promise<Daemon>;
  write(...lines: readonly string[]): void;
  /** All lines that were written. */
  readonly written: readonly string[];
}

/** `port`: of the DNS server. */
export function openRelaying(port: () => number, change: Partial<Config> = {}): Relaying {
  const zones = [{ name: ZONE, title: ZONE, answers: undefined }];
  const blocklists = { zones, kinds: ['mail.relay'], resolver: undefined, timeout: 300, cache: 3_600_000 };
  const bench = openBench(['mail.log'], () => Date.now(), { blocklists, ...change });
  const log = join(bench.folder, 'mail.log');
  const written: string[] = [];
  let clock = (): number => Date.now();
  writeFileSync(log, '');
  const world: Partial<World> = {
    openBlocklists: ({ blocklists: { zones: named, timeout: timeoutMs, cache: cacheMs } }) => {
      if (named.length === 0) return undefined;
      const resolver = { host: '127.0.0.1', port: port() };
      return openBlocklists({ zones: named, resolver, timeoutMs, cacheMs, clock: () => clock() });
    },
  };
  return {
    bench,
    written,
    start: (given = {}, more = {}) => {
      clock = given.clock ?? clock;
      return bench.start(given, { ...world, ...more });
    },
    write: (...lines) => {
      written.push(...lines);
      appendFileSync(log, lines.join(''));
    },
  };
}
