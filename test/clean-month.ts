/**
 * A month of a healthy host, played from recordings of real services (clean-month/README.md): the same lines again and
 * again, each time at other times, from other addresses, by other users and processes. The same seed gives the same
 * bytes. No test in here.
 */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, randomOf, shuffled } from '../src/demo/random.ts';
import { render, STAMPS, type SyslogLayout } from './clean-month-layouts.ts';
import { PROJECT } from './run.ts';

const FOLDER = join(PROJECT, 'test', 'clean-month');

/** What one service wrote, in the order in which it did. */
export interface Recording {
  /** The service with its versions. */
  readonly service: string;
  /** The log of its own below /var/log; undefined when it wrote to syslog. */
  readonly log: string | undefined;
  /** The name of its file here, without folder and `.log`. */
  readonly name: string;
  readonly lines: readonly string[];
}

/** A line of the month; `at` in milliseconds since 1970. */
export interface Played {
  readonly at: number;
  readonly line: string;
}

export interface Host {
  readonly seed: number;
  /** How often each recording is played. */
  readonly rounds: number;
  readonly layout: SyslogLayout;
  /** Which log of syslog has the lines of a recording. */
  logOf(name: string): string;
}

export const OCTOBER = { from: Date.UTC(2024, 9, 1), until: Date.UTC(2024, 10, 1) };

export function readRecordings(kind: 'syslog' | 'files'): Recording[] {
  return readdirSync(join(FOLDER, kind)).map((file) => {
    const [head = '', ...lines] = readFileSync(join(FOLDER, kind, file), 'utf8')
      .trimEnd()
      .split('\n');
    const [, service = '', log] = /^## (.*): (\S+)$/.exec(head) ?? [];
    if (log === undefined) throw new Error(`${file} does not say what it is: ${head}`);
    return { service, log: log === 'syslog' ? undefined : log, name: file.replace('.log', ''), lines };
  });
}

/** Writes the logs of a host, each as last written at the end of the month. How many lines each has, by its path. */
export function writeMonth(folder: string, recordings: readonly Recording[], host: Host): Map<string, number> {
  const logs = new Map<string, Played[]>();
  for (const recording of recordings) {
    const log = recording.log ?? host.logOf(recording.name);
    const played = play(recording, host, randomOf(host.seed, `${recording.name} ${log}`));
    const before = logs.get(log) ?? [];
    logs.set(log, recording.log === undefined ? [...before, ...rendered(played, host.layout)] : played);
  }
  for (const [log, lines] of logs) {
    const text = lines.sort((a, b) => a.at - b.at).map(({ line }) => `${line}\n`);
    writeLog(join(folder, log), text.join(''));
  }
  return new Map([...logs].map(([log, lines]) => [log, lines.length]));
}

export function writeLog(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, OCTOBER.until / 1000, OCTOBER.until / 1000);
}

/** What a program of an honest person leaves all the time, and a scanner too. */
export interface Habit {
  readonly what: string;
  readonly seconds: number;
  readonly line: string;
}

export function readHabits(): Habit[] {
  const text = readFileSync(join(FOLDER, 'doubtful.log'), 'utf8');
  return [...text.matchAll(/^## (\d+) (.*)\n(.*)$/gm)].map(([, seconds, what = '', line = '']) => {
    return { what, seconds: Number(seconds), line };
  });
}

/** The month of a client with that habit, as a log of syslog. */
export function writeHabit(path: string, { seconds, line }: Habit, address: string): void {
  const lines: string[] = [];
  for (let { from: at } = OCTOBER; at < OCTOBER.until; at += seconds * 1000) {
    lines.push(`${render(stamped(line.replace(CLIENT, address), at), at, 'RFC 3339')}\n`);
  }
  writeLog(path, lines.join(''));
}

function rendered(played: readonly Played[], layout: SyslogLayout): Played[] {
  return played.map(({ at, line }) => ({ at, line: render(line, at, layout) }));
}

/** Most lines follow at once, some after minutes. A line without a time belongs to the one before. */
export function play({ lines }: Recording, { rounds }: { readonly rounds: number }, random: Random): Played[] {
  const slot = (OCTOBER.until - OCTOBER.from) / rounds;
  const played: Played[] = [];
  for (let round = 0; round < rounds; round++) {
    const recast = castOf(random);
    let at = Math.floor(OCTOBER.from + slot * (round + random.between(0, 0.4)));
    const end = OCTOBER.from + slot * (round + 1) - 1;
    for (const line of lines) {
      at = Math.min(end, at + random.whole(0, random.chance(0.9) ? 800 : 240_000));
      played.push({ at, line: recast(stamped(line, at)) });
    }
  }
  return played;
}

function stamped(line: string, at: number): string {
  return line.replace(/%\{(\w+)\}/g, (whole, name: string) => STAMPS.get(name)?.(at) ?? whole);
}

const USERS = ['alice', 'bob', 'carol', 'dave', 'deploy'];
const OTHERS = ['erik', 'frieda', 'grace', 'henk', 'ines', 'jose.m', 'k-lee', 'lena_2', 'www-admin', 'backup1'];
/** The clients of the recordings; the host itself is 192.0.2.10 to .12, and stays. */
const CLIENT = /\b(?:198\.51\.100|203\.0\.113)\.(?!0\b)\d+\b|\b192\.0\.2\.1\b|\b2001:db8:1::[\da-f]+\b/g;

/** Other people at other addresses, the same for a whole round. */
function castOf(random: Random): (line: string) => string {
  const users = shuffled([...USERS, ...OTHERS], random);
  const addresses = new Map<string, string>();
  const shift = random.whole(0, 30_000);
  const addressFor = (given: string): string => {
    const known = addresses.get(given) ?? drawAddress(given, random);
    addresses.set(given, known);
    return known;
  };
  return (line) =>
    line
      .replace(CLIENT, addressFor)
      .replace(/\b(?:alice|bob|carol|dave|deploy)\b/g, (name) => users[USERS.indexOf(name)] ?? name)
      .replace(/^([^:[]+\[)(\d+)(\]: )/, (_, before, pid, after) => `${before}${Number(pid) + shift}${after}`);
}

function drawAddress(given: string, random: Random): string {
  if (given.includes(':')) return `2001:db8:${random.whole(1, 9999)}::${random.whole(1, 9999).toString(16)}`;
  return `${random.pick(['198.51.100', '203.0.113'])}.${random.whole(1, 254)}`;
}
