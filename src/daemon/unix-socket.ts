/**
 * A socket of the daemon's in the file system: the control socket, and that of fail2ban's clients. Whoever may open one may
 * lift bans, so it belongs to the daemon's user and one group, and is never open to others, not for a moment.
 */
import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { EXIT, errorCode, type Problem, ProblemError } from '../base/problem.ts';

export interface SocketOptions {
  readonly path: string;
  /** The group that may use it beside the daemon's user; undefined: `rapsheet`, where this machine has it. */
  readonly group: string | undefined;
  /** Serves a client (connection.ts). */
  readonly connect: (socket: Socket) => Client;
  readonly log: { warn(message: string): void };
  /** What is said when somebody listens there already. */
  readonly taken: Problem;
  /** What helps where the socket may not be made. */
  readonly denied: string;
}

/** Somebody at the other end. */
export interface Client {
  /** Whether it waits for a request and owes no answer. */
  readonly isIdle: boolean;
  /** Ends it with a sentence instead of an answer. */
  refuse(problem: Problem): void;
  destroy(): void;
}

export interface ListeningSocket {
  readonly path: string;
  /** Ends all connections and takes the socket away. */
  close(): Promise<void>;
}

/** More people and scripts do not ask at the same moment; each costs a descriptor and up to 64 KiB. */
const CONNECTIONS = 16;
/** How long the socket of another daemon may take to accept. */
const PROBE_MS = 2_000;
const FOLDER_MODE = 0o750;
/** Nothing for others, no execution: leaves 0660. */
const UMASK = 0o117;
const GROUPS_FILE = '/etc/group';
const OWN_GROUP = 'rapsheet';

/** @throws ProblemError: 69 another daemon has the socket; 77 not permitted; 78 the path is not one for a socket. */
export async function openSocket(options: SocketOptions): Promise<ListeningSocket> {
  const { path, log, taken, denied } = options;
  // The limit of the kernel; Node would cut the path silently.
  if (Buffer.byteLength(path) > 107) {
    throw new ProblemError(EXIT.badConfig, { where: path, what: 'the path of a socket has at most 107 bytes' });
  }
  const gid = groupId(options.group ?? OWN_GROUP);
  if (options.group !== undefined && gid === undefined) {
    log.warn(`there is no group "${options.group}": only this user and root may use ${path}`);
  }
  try {
    prepareFolder(dirname(path), gid, log);
    await clearStale(path, taken);
    const connections = new Set<Client>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = options.connect(socket);
      admit(connection, connections);
      socket.on('close', () => connections.delete(connection));
    });
    await listen(server, path);
    // A failure to accept (no descriptors left) is over when the next client comes.
    server.on('error', (error) => log.warn(`${path}: ${error.message}`));
    const bound = lstatSync(path);
    if (gid !== undefined) give(path, gid, log);
    return { path, close: () => close(server, connections, { path, bound }) };
  } catch (error) {
    throw problemOf(path, error, { taken, denied });
  }
}

/** At the limit the one that has waited longest without a request gives way: hoarders cannot keep the operator out. */
function admit(connection: Client, connections: Set<Client>): void {
  if (connections.size >= CONNECTIONS) {
    const idle = [...connections].find((each) => each.isIdle);
    if (!idle) {
      connection.refuse({ what: `${CONNECTIONS} others are being answered`, hint: 'try again' });
      return;
    }
    connections.delete(idle);
    idle.destroy();
  }
  connections.add(connection);
}

function prepareFolder(folder: string, gid: number | undefined, log: SocketOptions['log']): void {
  const made = mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  if (made !== undefined) {
    // What was asked for may have lost bits to the umask.
    chmodSync(folder, FOLDER_MODE);
    if (gid !== undefined) give(folder, gid, log);
  }
  const { mode } = statSync(folder);
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    const hint = 'anybody could put a socket of their own there: chmod o-w, or name another in [daemon] socket';
    throw new ProblemError(EXIT.badConfig, { where: folder, what: 'anybody may write in this folder', hint });
  }
}

/**
 * Takes away a socket that nobody listens on. It is moved aside and asked once more before it goes, so that of two daemons
 * that start together none takes the other's.
 */
async function clearStale(path: string, taken: Problem): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isSocket()) {
    const what = `there is ${nameOf(stats)} where the socket should be`;
    throw new ProblemError(EXIT.badConfig, {
      where: path,
      what,
      hint: 'it is not touched: remove it, or name another',
    });
  }
  if (await answers(path)) throw running(path, taken);
  const aside = `${path}.${process.pid}`;
  renameSync(path, aside);
  if (await answers(aside)) {
    linkSync(aside, path);
    unlinkSync(aside);
    throw running(path, taken);
  }
  unlinkSync(aside);
}

function nameOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  return stats.isDirectory() ? 'a folder' : 'a file';
}

function running(path: string, taken: Problem): ProblemError {
  return new ProblemError(EXIT.unavailable, { where: path, ...taken });
}

/** Whether somebody listens. One whose queue is full, or that is stopped, is there all the same. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const settle = (is: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(is);
    };
    const timer = setTimeout(() => settle(true), PROBE_MS);
    socket.on('connect', () => settle(true));
    socket.on('error', (error) => {
      const code = errorCode(error);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') return settle(false);
      if (code === 'EAGAIN') return settle(true);
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Binding happens before `listen` returns, so that the mode holds for our socket and no other file. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
    const before = process.umask(UMASK);
    try {
      server.listen(path);
    } finally {
      process.umask(before);
    }
  });
}

function give(path: string, gid: number, log: SocketOptions['log']): void {
  try {
    lchownSync(path, lstatSync(path).uid, gid);
  } catch (error) {
    log.warn(`${path} cannot be given to its group: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function close(
  server: Server,
  connections: Set<Client>,
  { path, bound }: { path: string; bound: Stats },
): Promise<void> {
  // Node removes the path when it closes; another daemon's socket, put there since, must stay.
  const ours = lstatSync(path, { throwIfNoEntry: false })?.ino === bound.ino;
  const aside = `${path}.${process.pid}`;
  if (!ours && lstatSync(path, { throwIfNoEntry: false })) renameSync(path, aside);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!ours && lstatSync(aside, { throwIfNoEntry: false })) renameSync(aside, path);
  for (const connection of connections) connection.destroy();
  await closed;
}

/** The number of a group of this machine; undefined when it has none of this name. */
export function groupId(name: string, file = GROUPS_FILE): number | undefined {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // A machine without the file has no groups that we could use.
  }
  for (const line of text.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d{1,10}$/.test(id)) return Number(id);
  }
  return undefined;
}

function problemOf(path: string, error: unknown, { taken, denied }: Pick<SocketOptions, 'taken' | 'denied'>): unknown {
  if (error instanceof ProblemError) return error;
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'EADDRINUSE' || code === 'EEXIST') return running(path, taken);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const what = `the socket cannot be made (${message})`;
    return new ProblemError(EXIT.notPermitted, { where: path, what, hint: denied }, { cause: error });
  }
  return new ProblemError(EXIT.unavailable, { where: path, what: message }, { cause: error });
}
