/** Who is logged in from elsewhere: by the records of systemd's login manager, by utmp, or else by sshd's processes. */
import { type Address, parseAddress } from '../base/address.ts';
import { fromLog, printable } from '../base/text.ts';
import { withoutZone } from './addresses.ts';
import type { Socket } from './connections.ts';
import type { Session } from './facts.ts';
import { sshdSessions } from './sshd-sessions.ts';
import type { SystemFiles } from './system-files.ts';
import { sessionsOfUtmp } from './utmp.ts';

const FOLDER = '/run/systemd/sessions';
const UTMP = ['/run/utmp', '/var/run/utmp'] as const;
/** A session's record has thirty short lines. */
const RECORD_MAX = 16_384;
/** 10,000 records: more people are not logged in to one host. */
const UTMP_MAX = 4_000_000;
/** What a name or a terminal is cut to; the C library's own limit is 32. */
const NAME_MAX = 64;

export async function readSessions(files: SystemFiles, connections: readonly Socket[]): Promise<Session[]> {
  const kept = [...(await managed(files)), ...(await recorded(files))];
  const found = kept.length > 0 ? kept : await sshdSessions(files, peersOf(connections));
  return [...new Map(found.map((each) => [`${each.address.text} ${each.user} ${each.terminal}`, each])).values()];
}

function peersOf(connections: readonly Socket[]): Map<string, Address> {
  return new Map(connections.map(({ inode, remote }) => [inode, remote]));
}

async function managed(files: SystemFiles): Promise<Session[]> {
  const sessions: Session[] = [];
  for (const name of await files.list(FOLDER)) {
    const session = sessionOf((await files.read(`${FOLDER}/${name}`, RECORD_MAX)).toString('latin1'));
    if (session) sessions.push(session);
  }
  return sessions;
}

/** `KEY=value` lines. REMOTE_HOST is a name where sshd looks names up; names are never believed. */
function sessionOf(record: string): Session | undefined {
  const values = new Map(
    record.split('\n').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, Math.max(0, equals)), line.slice(equals + 1).replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  // Somebody who has left, and of whom a process goes on.
  if (values.get('STATE') === 'closing') return undefined;
  const address = parseAddress(withoutZone(values.get('REMOTE_HOST') ?? ''));
  if (!address) return undefined;
  return { address, user: shown(values.get('USER')), terminal: shown(values.get('TTY')) };
}

async function recorded(files: SystemFiles): Promise<Session[]> {
  const sessions: Session[] = [];
  // Where processes of others are hidden, nobody can be said to be gone.
  const visible = await files.exists('/proc/1');
  const seen = await firstOf(files, UTMP);
  for (const { leader, ...session } of sessionsOfUtmp(seen, process.arch)) {
    if (!visible || (await files.exists(`/proc/${leader}`))) sessions.push(session);
  }
  return sessions;
}

/** /var/run is a link to /run, or the other way round. */
async function firstOf(files: SystemFiles, paths: readonly string[]): Promise<Buffer> {
  for (const path of paths) {
    const bytes = await files.read(path, UTMP_MAX);
    if (bytes.length > 0) return bytes;
  }
  return Buffer.alloc(0);
}

function shown(latin1 = ''): string {
  return printable(fromLog(latin1)).slice(0, NAME_MAX);
}
