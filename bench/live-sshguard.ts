/** sshguard as the bench runs it: its own configuration, with the bench's log and limit as arguments. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ATTEMPTS_TO_A_BAN } from './live-lines.ts';
import type { Peer } from './live-peer.ts';
import { pause } from './live-process.ts';

const PROGRAM = '/usr/sbin/sshguard';
/** It names its firewall here and nowhere else. */
const CONFIGURATION = '/etc/sshguard/sshguard.conf';
/** It says that it is ready before all of its processes are. */
const READY_MS = 2_000;
/** Of a failed login. */
const SCORE = 10;

export function sshguard(): Peer {
  return {
    name: 'sshguard',
    version: spawnSync(PROGRAM, ['-v'], { encoding: 'utf8' }).stdout?.trim().replace('SSHGuard ', '') ?? '',
    missing: whyNot(),
    attackersMax: 1_000,
    patienceMs: 10_000,
    start: async (bed) => {
      const limit = String(ATTEMPTS_TO_A_BAN * SCORE);
      const daemon = bed.start('sshguard', [
        PROGRAM,
        '-a',
        limit,
        '-p',
        '86400',
        '-s',
        '3600',
        '-w',
        '192.0.2.1',
        bed.log,
      ]);
      await pause(READY_MS);
      return daemon;
    },
    startWithJails: undefined,
  };
}

function whyNot(): string | undefined {
  try {
    readFileSync(PROGRAM);
    if (/^BACKEND=.*sshg-fw-nft-sets"?\s*$/m.test(readFileSync(CONFIGURATION, 'utf8'))) return undefined;
    return `${CONFIGURATION} does not name the backend sshg-fw-nft-sets`;
  } catch {
    return `not installed (${PROGRAM}, ${CONFIGURATION})`;
  }
}
