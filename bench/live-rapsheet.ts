/** Rapsheet's daemon as the bench runs it: its default configuration, with the bench's log, and all files in a folder. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Bed } from './live-bed.ts';
import type { Peer } from './live-peer.ts';
import type { Running } from './live-process.ts';

const READY_MS = 60_000;
const PROGRAM = resolve('bin', 'rapsheet');
/** What the jails of the default configuration count. */
const KINDS = ['mail.*', 'web.*'] as const;
const DEFAULT_JAILS = 3;

export function rapsheet(): Peer {
  return {
    name: 'rapsheet',
    version: spawnSync(process.execPath, [PROGRAM, '--version'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    missing: undefined,
    attackersMax: 10_000,
    patienceMs: 10_000,
    start: async (bed) => {
      const daemon = launch(bed, DEFAULT_JAILS);
      await isOnWatch(daemon);
      return daemon;
    },
    startWithJails: async (bed, jails) => {
      const daemon = launch(bed, jails);
      await isOnWatch(daemon);
      return daemon;
    },
  };
}

export function socketIn(folder: string): string {
  return join(folder, 'control.sock');
}

export function ledgerIn(folder: string): string {
  return join(folder, 'ledger.db');
}

/** Starts it and does not wait. `--cpu-prof` and the like can be given through NODE_OPTIONS. */
export function launch(bed: Bed, jails = DEFAULT_JAILS): Running {
  const config = join(bed.folder, 'rapsheet.toml');
  writeFileSync(config, configuration(bed, jails));
  const options = ['--config', config, '--ledger', ledgerIn(bed.folder), '--json'];
  return bed.start('rapsheet', [process.execPath, PROGRAM, 'run', ...options]);
}

/** When the kernel held all bans, as the daemon says. */
export async function isOnWatch(daemon: Running, withinMs = READY_MS): Promise<number> {
  const matched = await daemon.says(/made to match the ledger/, withinMs);
  await daemon.says(/all logs are read to their ends/, withinMs);
  return matched;
}

/**
 * All attackers are of one network and try one account. Here each is to be banned for its own failures, as with the others,
 * and not with all of them at the tenth.
 */
function configuration({ folder, log }: Bed, jails: number): string {
  const more = Array.from({ length: Math.max(0, jails - DEFAULT_JAILS) }, (_, i) => {
    return `[jail.more${i}]\nkinds = ["${KINDS[i % KINDS.length]}"]\nmaxretry = ${10 + i}\nfindtime = "1h"\nbantime = "1h"\n`;
  });
  return `[general]
zone = "UTC"
[watch]
logs = ["${log}"]
journal = "no"
[firewall]
type = "nftables"
[protect]
allow_file = "${join(folder, 'allow')}"
[daemon]
socket = "${socketIn(folder)}"
[wide]
enabled = false
[campaign]
enabled = false
${more.join('')}`;
}
