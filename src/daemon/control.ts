/** The control socket: where `rapsheet status`, `ban` and the rest reach the daemon. */
import type { Problem } from '../base/problem.ts';
import { Connection } from './connection.ts';
import type { Request } from './protocol.ts';
import { type ListeningSocket, openSocket } from './unix-socket.ts';

export type Control = ListeningSocket;

export interface ControlOptions {
  readonly path: string;
  /** The group that may use it beside the daemon's user; undefined: `rapsheet`, where this machine has it. */
  readonly group: string | undefined;
  /** Does what is asked. A ProblemError becomes the answer. An iterable in its result is written as a list, bit by bit. */
  readonly handle: (request: Request) => Promise<unknown>;
  readonly log: { warn(message: string): void };
  /** For a whole request to come in, and for a piece of an answer to be taken. */
  readonly patienceMs?: number;
}

/** A person types a request within this; programs need a millisecond. */
const PATIENCE_MS = 10_000;
const TAKEN: Problem = {
  what: 'rapsheet is already running',
  hint: 'see rapsheet status; one host has one daemon, another needs a socket of its own',
};

/** @throws ProblemError: 69 another daemon has the socket; 77 not permitted; 78 the path is not one for a socket. */
export function openControl({ path, group, handle, log, patienceMs = PATIENCE_MS }: ControlOptions): Promise<Control> {
  const connect = (socket: ConstructorParameters<typeof Connection>[0]): Connection =>
    new Connection(socket, { handle, patienceMs, warn: (message) => log.warn(message) });
  return openSocket({
    path,
    group,
    log,
    connect,
    taken: TAKEN,
    denied: 'run as root, or name another in [daemon] socket',
  });
}
