/** Asks the daemon over its control socket, and tells apart a daemon that is down, one that hangs, and one that refuses. */
import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import { parsedJson } from '../base/json.ts';
import { EXIT, type ExitStatus, errorCode, type Problem, ProblemError } from '../base/problem.ts';
import type { Request } from './protocol.ts';

export interface AskOptions {
  /** How long the daemon may be silent. */
  readonly timeoutMs: number;
}

/** Why there is no answer: nobody listens; somebody does and says nothing; we may not ask. */
export type Silence = 'down' | 'hung' | 'denied';

/** That the daemon could not be asked. What it refuses is a plain ProblemError. */
export class DaemonSilent extends ProblemError {
  readonly silence: Silence;

  constructor(status: ExitStatus, silence: Silence, problem: Problem) {
    super(status, problem);
    this.name = 'DaemonSilent';
    this.silence = silence;
  }
}

/** A list of a million bans is about this long; more is not an answer. */
const ANSWER_BYTES = 268_435_456;

/**
 * The daemon's answer.
 * @throws DaemonSilent: 69 when it is not running or hangs, 77 when it may not be asked; ProblemError for what it refuses.
 */
export async function askDaemon(path: string, request: Request, { timeoutMs }: AskOptions): Promise<unknown> {
  const line = await exchange(path, `${JSON.stringify(request)}\n`, timeoutMs);
  const answer = v.safeParse(answerSchema, parsedJson(line));
  if (!answer.success) {
    const hint = 'is it Rapsheet that listens there?';
    throw new ProblemError(EXIT.unavailable, { where: path, what: 'the answer is not understood', hint });
  }
  if (answer.output.ok) return answer.output.result;
  throw new ProblemError(answer.output.status, answer.output.problems.map(problemOf));
}

const STATUSES: readonly ExitStatus[] = Object.values(EXIT);
const answerSchema = v.variant('ok', [
  v.object({ ok: v.literal(true), result: v.unknown() }),
  v.object({
    ok: v.literal(false),
    status: v.pipe(
      v.number(),
      v.transform((status) => STATUSES.find((known) => known === status && known !== EXIT.done) ?? EXIT.unavailable),
    ),
    problems: v.array(v.object({ where: v.optional(v.string()), what: v.string(), hint: v.optional(v.string()) })),
  }),
]);

function problemOf({ where, what, hint }: { where?: string | undefined; what: string; hint?: string | undefined }) {
  return { ...(where === undefined ? {} : { where }), what, ...(hint === undefined ? {} : { hint }) };
}

/** Sends a line and gets one. */
function exchange(path: string, line: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const pieces: Buffer[] = [];
    let length = 0;
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(hung(path, timeoutMs)));
    socket.on('connect', () => socket.write(line));
    socket.on('error', (error) => fail(silenceOf(path, error, timeoutMs)));
    socket.on('data', (bytes) => {
      const end = bytes.indexOf(10);
      pieces.push(end < 0 ? bytes : bytes.subarray(0, end));
      length += bytes.length;
      if (length > ANSWER_BYTES) return fail(cutOff(path, 'the answer is too long'));
      if (end >= 0) finish(socket, resolve, pieces);
    });
    // After a whole answer this comes too late to matter.
    socket.on('close', () => reject(cutOff(path, 'the daemon closed the connection without an answer')));
  });
}

function finish(socket: Socket, resolve: (line: string) => void, pieces: readonly Buffer[]): void {
  resolve(Buffer.concat(pieces).toString('utf8'));
  socket.destroy();
}

function silenceOf(path: string, error: Error, timeoutMs: number): Error {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return new DaemonSilent(EXIT.unavailable, 'down', {
        where: path,
        what: 'nobody answers here',
        hint: 'is it running? systemctl status rapsheet',
      });
    case 'EACCES':
    case 'EPERM':
      return new DaemonSilent(EXIT.notPermitted, 'denied', {
        where: path,
        what: 'you may not use the control socket',
        hint: 'use sudo, or join its group',
      });
    case 'EAGAIN':
      // Its queue of connections is full: it has not accepted any for a while.
      return hung(path, timeoutMs);
    default:
      return cutOff(path, error.message);
  }
}

function hung(path: string, timeoutMs: number): DaemonSilent {
  return new DaemonSilent(EXIT.unavailable, 'hung', {
    where: path,
    what: `the daemon is there and says nothing for ${timeoutMs / 1000} s`,
    hint: 'blocks end by themselves all the same; systemctl restart rapsheet',
  });
}

function cutOff(path: string, what: string): DaemonSilent {
  return new DaemonSilent(EXIT.unavailable, 'hung', {
    where: path,
    what,
    hint: 'try again; systemctl status rapsheet',
  });
}
