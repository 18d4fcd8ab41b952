/**
 * Who is logged in by SSH, by sshd's own processes: for hosts where neither a login manager nor utmp keeps a record, as in
 * containers. It takes root (or CAP_SYS_PTRACE) to see whose socket is whose; without, nobody is found.
 */
import type { Address } from '../base/address.ts';
import { fromLog, printable } from '../base/text.ts';
import type { Session } from './facts.ts';
import type { SystemFiles } from './system-files.ts';

/** A host with more processes is a large one and has a login manager; each takes 50 µs to look at. */
const PROCESSES_MAX = 5_000;
/** Enough for the name that sshd gives itself, and for a process's status. */
const TITLE_MAX = 512;
const STATUS_MAX = 8_192;
/** After the login: `sshd: alice@pts/0`, since OpenSSH 9.8 `sshd-session: alice@pts/0`; `@notty` without a terminal. */
const LOGGED_IN = /^sshd(?:-session)?: (.+)@([\w/,]+)$/;

interface Process {
  readonly title: string;
  readonly parent: number;
  /** Effective user. */
  readonly user: number;
}

/** `peers`: by the number of the socket, who is at its other end. */
export async function sshdSessions(files: SystemFiles, peers: ReadonlyMap<string, Address>): Promise<Session[]> {
  const sessions: Session[] = [];
  const names = await files.folders('/proc', /^[1-9]\d*$/);
  for (const name of names.slice(0, PROCESSES_MAX)) {
    const session = await sessionOf(files, Number(name), peers);
    if (session) sessions.push(session);
  }
  return sessions;
}

async function sessionOf(
  files: SystemFiles,
  id: number,
  peers: ReadonlyMap<string, Address>,
): Promise<Session | undefined> {
  const process = await processOf(files, id);
  const [, user, terminal] = LOGGED_IN.exec(process?.title ?? '') ?? [];
  if (!process || user === undefined || terminal === undefined) return undefined;
  if (!(await isGenuine(files, process, user))) return undefined;
  for (const link of await files.links(`/proc/${id}/fd`)) {
    const address = peers.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
    if (!address) continue;
    return { address, user: printable(fromLog(user)), terminal: terminal === 'notty' ? '' : terminal };
  }
  return undefined;
}

/**
 * Any user can call a process so, to protect an address of his choice. Root's are believed, and those whose parent is
 * root's and sshd's monitor of the same login.
 */
async function isGenuine(files: SystemFiles, process: Process, user: string): Promise<boolean> {
  if (process.user === 0) return true;
  const parent = await processOf(files, process.parent);
  return parent?.user === 0 && [`sshd: ${user} [priv]`, `sshd-session: ${user} [priv]`].includes(parent.title);
}

async function processOf(files: SystemFiles, id: number): Promise<Process | undefined> {
  const command = await files.peek(`/proc/${id}/comm`, TITLE_MAX);
  if (!command.startsWith('sshd')) return undefined;
  const title = (await files.peek(`/proc/${id}/cmdline`, TITLE_MAX)).split('\0')[0]?.trim() ?? '';
  const status = await files.peek(`/proc/${id}/status`, STATUS_MAX);
  const parent = /^PPid:\t(\d+)$/m.exec(status)?.[1];
  const user = /^Uid:\t\d+\t(\d+)\t/m.exec(status)?.[1];
  if (parent === undefined || user === undefined) return undefined;
  return { title, parent: Number(parent), user: Number(user) };
}
