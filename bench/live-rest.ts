/** What a daemon takes that has nothing to do, and what a million watched addresses cost. */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { askDaemon } from '../src/daemon/client.ts';
import type { Bed } from './live-bed.ts';
import { writeWatched } from './live-lines.ts';
import type { Peer } from './live-peer.ts';
import { cpuSeconds, family, milliseconds, pause, type Running, residentMiB, until } from './live-process.ts';
import { isOnWatch, launch, ledgerIn, socketIn } from './live-rapsheet.ts';
import type { Row } from './live-section.ts';

const SETTLE_MS = 5_000;
export const IDLE_SECONDS = 15;
/** An answer takes the daemon some milliseconds. */
const LOOK_EVERY_MS = 250;
const READ_PATIENCE_MS = 120_000;

/** Resident memory, and CPU time while nothing happens; all of its processes together. */
export async function idle(peer: Peer, bed: Bed, jails: number): Promise<Row> {
  const daemon = await (peer.startWithJails ?? ((same) => peer.start(same)))(bed, jails);
  await pause(SETTLE_MS);
  const pids = family(daemon.pid);
  const before = cpuSeconds(pids);
  await pause(IDLE_SECONDS * 1_000);
  const seconds = cpuSeconds(pids) - before;
  const note = peer.startWithJails ? '' : 'has no jails';
  return { contender: peer.name, values: [residentMiB([daemon.pid]), residentMiB(pids), pids.length, seconds], note };
}

/** One attempt each of so many addresses, all written at once. */
export async function watching(bed: Bed, addresses: number): Promise<Row> {
  const daemon = launch(bed);
  await isOnWatch(daemon);
  const before = residentMiB([daemon.pid]);
  const prepared = join(bed.folder, 'prepared');
  writeWatched(prepared, addresses, systemClock());
  const text = readFileSync(prepared);
  const started = milliseconds();
  appendFileSync(bed.log, text);
  const peak = await peakUntilRead(daemon, addresses, bed);
  const seconds = (milliseconds() - started) / 1_000;
  await pause(SETTLE_MS);
  const ledgerMiB = statSync(ledgerIn(bed.folder)).size / 2 ** 20;
  const note = `before: ${before.toFixed(0)} MiB`;
  return { contender: 'rapsheet', values: [addresses, seconds, residentMiB([daemon.pid]), peak, ledgerMiB], note };
}

/** The most memory seen until everything was judged and nothing waits for the disk. */
async function peakUntilRead(daemon: Running, addresses: number, bed: Bed): Promise<number> {
  let peak = 0;
  let last = 'nothing';
  const isRead = await until(
    async () => {
      peak = Math.max(peak, residentMiB([daemon.pid]));
      const status: unknown = await askDaemon(
        socketIn(bed.folder),
        { verb: 'status' },
        { timeoutMs: READ_PATIENCE_MS },
      );
      const [counts, ledger] = [fieldOf(status, 'counts'), fieldOf(status, 'ledger')];
      last = JSON.stringify(counts);
      return fieldOf(counts, 'attempts') === addresses && fieldOf(ledger, 'pending') === 0;
    },
    READ_PATIENCE_MS,
    LOOK_EVERY_MS,
  );
  if (!isRead) throw new Error(`${addresses} attempts are not read within ${READ_PATIENCE_MS} ms: ${last}`);
  return peak;
}

function fieldOf(object: unknown, name: string): unknown {
  return Reflect.get(Object(object), name);
}
