/** Established TCP connections. */
import { setImmediate } from 'node:timers/promises';
import type { Connection } from './facts.ts';
import { fromMachineHex } from './kernel-address.ts';
import type { SystemFiles } from './system-files.ts';

/** 100,000 lines of 160 bytes, in whatever state: reading more of them takes the kernel seconds. */
const TABLE_MAX = 16_777_216;
/** 20 MB, where all are kept. A server with more has them from its own clients, and attackers are found among the first. */
const CONNECTIONS_MAX = 50_000;
/** What is taken apart at once: about a millisecond, so that attackers do not wait for it. */
const SLICE = 65_536;
/** `sl: local:port remote:port state queues timer retransmits user timeout inode ...`; state 01 is established. */
const ESTABLISHED =
  /^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) ([0-9A-F]{8,32}):([0-9A-F]{4}) 01 \S+ \S+ \S+ +\d+ +\d+ (\d+)/gm;

/** With the number by which a process's open file names it. */
export interface Socket extends Connection {
  readonly inode: string;
}

export async function readConnections(files: SystemFiles): Promise<Socket[]> {
  const found: Socket[] = [];
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const slice of slices(await files.read(path, TABLE_MAX))) {
      found.push(...connectionsOf(slice));
      await setImmediate();
      if (found.length <= CONNECTIONS_MAX) continue;
      files.problems.push({ where: path, what: `more than ${CONNECTIONS_MAX} connections; the rest is not looked at` });
      return found.slice(0, CONNECTIONS_MAX);
    }
  }
  return found;
}

/** Whole lines; what is no line at the end of a table that was too long is left. */
function* slices(table: Buffer): Generator<string> {
  let start = 0;
  while (start < table.length) {
    const end = table.lastIndexOf(10, start + SLICE) + 1;
    if (end <= start) return;
    yield table.toString('latin1', start, end);
    start = end;
  }
}

function* connectionsOf(table: string): Generator<Socket> {
  for (const match of table.matchAll(ESTABLISHED)) {
    const [, localHex = '', localPort = '', remoteHex = '', remotePort = '', inode = ''] = match;
    const local = fromMachineHex(localHex);
    const remote = fromMachineHex(remoteHex);
    if (!local || !remote) continue;
    const ports = { localPort: Number.parseInt(localPort, 16), remotePort: Number.parseInt(remotePort, 16) };
    yield { local, remote, ...ports, inode };
  }
}
