/**
 * `npm run bench live`: rapsheet's daemon beside those of others that are installed, on this machine, in one run: from a
 * line to the kernel, thousands at once, the start with many bans, memory, idle time. As root, because each runs in a
 * network namespace of its own. `-- --attackers 50` is quicker, `-- --skip fail2ban,start` leaves out contenders
 * (`peers`: all others) and sections, `-- --json` prints the figures.
 */
import { EXIT } from '../src/base/problem.ts';
import { Bed } from './live-bed.ts';
import { fail2ban } from './live-fail2ban.ts';
import { machine } from './live-machine.ts';
import type { Peer } from './live-peer.ts';
import { rapsheet } from './live-rapsheet.ts';
import { IDLE_SECONDS, idle, watching } from './live-rest.ts';
import { type Column, type Row, render, type Section, silentRow } from './live-section.ts';
import { burst, latency, type Runner } from './live-speed.ts';
import { sshguard } from './live-sshguard.ts';
import { startFail2ban, startRapsheet } from './live-start.ts';

const BURST = 5_000;
const BANS = 100_000;
/** At some 50 a second, twice. */
const BANS_FAIL2BAN = 1_000;
const JAILS = 20;
/** At a tenth of a second each it is a quarter of an hour. */
const ATTACKERS_MAX = 10_000;
/** As shells have it for Ctrl-C. */
const INTERRUPTED = 130;
const WATCHED = 1_000_000;

export interface LiveArguments {
  readonly attackers: string;
  readonly skip: string;
  readonly json: boolean;
}

interface Part {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  /** All contenders in turns. */
  together?(runners: readonly Runner[]): Promise<readonly Row[]>;
  /** One contender; undefined where it has no such thing. */
  alone?(peer: Peer, bed: Bed): Promise<Row | readonly Row[]> | undefined;
}

export async function benchLive({ attackers, skip, json }: LiveArguments): Promise<void> {
  if (process.getuid?.() !== 0) {
    process.stderr.write('bench live: SKIPPED, nothing was measured: it makes network namespaces, which takes root\n');
    return;
  }
  const count = Number(attackers);
  if (!Number.isInteger(count) || count < 1 || count > ATTACKERS_MAX) {
    process.stderr.write(`bench live: --attackers ${attackers}: must be a number from 1 to ${ATTACKERS_MAX}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  // Each bed removes itself at the exit.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
  const skipped = new Set(skip.split(',').filter((word) => word !== ''));
  const peers = [rapsheet(), sshguard(), fail2ban()].filter(({ name }) => !isSkipped(name, skipped));
  const sections: Section[] = [];
  if (!json) print(heading(peers));
  for (const part of partsOf(count)) {
    if (skipped.has(part.name)) continue;
    const rows = [
      ...missingRows(peers),
      ...(await rowsOf(
        part,
        peers.filter(({ missing }) => missing === undefined),
      )),
    ];
    const section: Section = { name: part.name, title: part.title, columns: part.columns, rows };
    sections.push(section);
    if (!json) print(render(section));
  }
  if (json) print(`${JSON.stringify({ machine: machine(), sections })}\n`);
}

function partsOf(attackers: number): readonly Part[] {
  const plain = { digits: 0, isPlain: true } as const;
  return [
    {
      name: 'latency',
      title: 'Line written until the address is in the set of the kernel, milliseconds',
      columns: [
        { name: 'attackers', ...plain },
        { name: 'p50', digits: 1, most: 3, rival: 'sshguard' },
        { name: 'p90', digits: 1 },
        { name: 'p99', digits: 1, most: 10, rival: 'sshguard' },
        { name: 'max', digits: 1 },
      ],
      together: (runners) => latency(runners, attackers),
    },
    {
      name: 'burst',
      title: `${BURST} new attackers in one write, until all are in the set`,
      columns: [
        { name: 'blocked', ...plain },
        { name: 'seconds', digits: 2, most: 0.5 },
      ],
      alone: (peer, bed) => burst(peer, bed, BURST),
    },
    {
      name: 'start',
      title: 'Start with bans in force, until all are in the set',
      columns: [
        { name: 'bans', ...plain },
        { name: 'blocked', ...plain },
        { name: 'seconds', digits: 2, most: 2, isPlain: true },
      ],
      alone: (peer, bed) => {
        if (peer.name === 'rapsheet') return startRapsheet(bed, BANS);
        return peer.name === 'fail2ban' ? startFail2ban(bed, BANS_FAIL2BAN) : undefined;
      },
    },
    ...quietParts(),
  ];
}

function quietParts(): readonly Part[] {
  const plain = { digits: 0, isPlain: true } as const;
  return [
    {
      name: 'idle',
      title: `With ${JAILS} jails and nothing to do; CPU time in ${IDLE_SECONDS} seconds`,
      columns: [
        { name: 'MiB', digits: 0, most: 80 },
        { name: 'MiB with its children', digits: 0 },
        { name: 'processes', ...plain },
        { name: 'CPU seconds', digits: 2 },
      ],
      alone: (peer, bed) => idle(peer, bed, JAILS),
    },
    {
      name: 'watched',
      title: 'An attempt each of many addresses, all within the window',
      columns: [
        { name: 'addresses', ...plain },
        { name: 'seconds to read', digits: 1 },
        { name: 'MiB', digits: 0, most: 300 },
        { name: 'MiB at most', digits: 0 },
        { name: 'MiB of ledger', digits: 0 },
      ],
      alone: (peer, bed) => (peer.name === 'rapsheet' ? watching(bed, WATCHED) : undefined),
    },
  ];
}

/** Each contender in a bed of its own; what goes wrong is told in its row, and the others go on. */
async function rowsOf(part: Part, peers: readonly Peer[]): Promise<readonly Row[]> {
  if (part.together) return withBeds(peers, part.together);
  const rows: Row[] = [];
  for (const peer of peers) {
    try {
      const found = await withBeds([peer], async ([runner]) => (runner ? part.alone?.(peer, runner.bed) : undefined));
      if (found === undefined) rows.push(silentRow(peer.name, 'not measured'));
      else rows.push(...('contender' in found ? [found] : found));
    } catch (error) {
      rows.push(silentRow(peer.name, `FAILED: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  return rows;
}

async function withBeds<T>(peers: readonly Peer[], work: (runners: readonly Runner[]) => Promise<T>): Promise<T> {
  const runners: Runner[] = [];
  try {
    for (const peer of peers) runners.push({ peer, bed: await Bed.make(peer.name) });
    return await work(runners);
  } finally {
    for (const { bed } of runners) await bed.remove();
  }
}

function missingRows(peers: readonly Peer[]): readonly Row[] {
  return peers.flatMap(({ name, missing }) => (missing === undefined ? [] : silentRow(name, missing)));
}

function isSkipped(name: string, skipped: ReadonlySet<string>): boolean {
  return skipped.has(name) || (name !== 'rapsheet' && skipped.has('peers'));
}

function heading(peers: readonly Peer[]): string {
  const { processor, cores, memoryGiB, linux, node, nft, sync } = machine();
  const who = peers.map(({ name, version, missing }) => `${name} ${missing === undefined ? version : 'missing'}`);
  return `${cores} × ${processor}, ${memoryGiB} GiB, Linux ${linux}, Node ${node}, nft ${nft}, disk synced in ${sync.p50.toFixed(1)} / ${sync.p99.toFixed(1)} ms (p50 / p99)
${who.join(', ')}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
