/**
 * Syslog over the network, as logs that go on: one log an address. Nothing of it can be read again, so there are no
 * bookmarks; and nothing proves who sent it.
 */
import { errorCode, type Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { LogFile } from '../model.ts';
import type { Bookmark, LiveLog, LiveSource, LogState, Piece } from './live.ts';
import { Notices } from './notices.ts';
import { isSheltered, parseSyslogAddress, type SyslogAddress } from './syslog-address.ts';
import { AddressTaken, type Listening, type ListenSink, listenAt } from './syslog-listen.ts';
import { BLOCK_BYTES, BlockBudget, LineQueue } from './syslog-queue.ts';

/** Looks (one a second) before an address is tried again, doubled each time: it may become free, or come with a network. */
const FIRST_DELAY = 1;
const LAST_DELAY = 30;

const NEWLINE = 10;
const RETURN = 13;
const NOWHERE: Bookmark = { type: 'none' };

export interface SyslogOptions {
  /** `udp://127.0.0.1:5514`, `tcp://[::1]:5514`, `unix:///run/rapsheet/syslog.sock`. */
  readonly addresses: readonly string[];
  readonly host: string;
  readonly clock: () => number;
  readonly onWake: () => void;
}

/** Returns when every address was tried once; what cannot be listened at says so in its state, and is tried again. */
export async function openSyslog(options: SyslogOptions): Promise<LiveSource> {
  const budget = new BlockBudget();
  const logs = [...new Set(options.addresses)].map((address) => new SyslogLog(address, options, budget));
  await Promise.all(logs.map((log) => log.begin()));
  return {
    logs: () => logs,
    look: () => {
      for (const log of logs) log.look();
    },
    close: async () => {
      await Promise.all(logs.map((log) => log.close()));
    },
  };
}

class SyslogLog implements LiveLog, ListenSink {
  readonly host: string;
  readonly name: string;
  readonly #options: SyslogOptions;
  readonly #address: SyslogAddress | undefined;
  readonly #file: LogFile;
  readonly #queue: LineQueue;
  readonly #notices: Notices;
  #listening: Listening | undefined;
  /** The attempt that is under way, and the end of the socket before. */
  #opening: Promise<void> | undefined;
  #trouble: Problem | undefined;
  #isClosed = false;
  #wait = 0;
  #delay = FIRST_DELAY;
  #bytes = 0;
  #last = 0;

  constructor(name: string, options: SyslogOptions, budget: BlockBudget) {
    const { host, clock } = options;
    this.name = name;
    this.host = host;
    this.#options = options;
    this.#address = parseSyslogAddress(name);
    this.#file = { host, path: name, modified: clock() };
    this.#queue = new LineQueue(budget);
    this.#notices = new Notices(printable(name), clock);
  }

  begin(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  read(): Piece | undefined {
    const bytes = this.#queue.next();
    if (!bytes) return undefined;
    const offset = this.#bytes;
    this.#bytes += bytes.length;
    return { chunk: { file: this.#file, bytes, offset }, before: NOWHERE, after: NOWHERE };
  }

  state(): LogState {
    const { host, name } = this;
    const problems = [...(this.#trouble ? [this.#trouble] : []), ...this.#exposure(), ...this.#notices.list()];
    const state = this.#listening ? 'followed' : 'unreadable';
    return { host, name, state, bytes: this.#bytes, last: this.#last, behind: this.#queue.waiting, problems };
  }

  look(): void {
    if (this.#isClosed || this.#opening) return;
    if (this.#listening && !this.#listening.isThere()) this.#end('its socket was removed');
    else if (!this.#listening && --this.#wait <= 0) this.#opening = this.#open();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    await this.#listening?.close();
    this.#listening = undefined;
  }

  message(bytes: Uint8Array): void {
    const line = withoutEnd(bytes);
    if (line.length === 0) return;
    if (line.length >= BLOCK_BYTES) {
      this.oversize();
      return;
    }
    this.#last = this.#options.clock();
    if (this.#queue.put(line)) this.#options.onWake();
    else this.#notices.count('lines that came faster than they were read, and were dropped');
  }

  oversize(): void {
    this.#notices.count(`lines of more than ${BLOCK_BYTES} bytes that were left out`);
  }

  unfinished(): void {
    this.#notices.count('connections that ended within a line, which was left out');
  }

  refused(): void {
    this.#notices.count('connections that were refused, because there were too many');
  }

  failed(error: Error): void {
    this.#end(`the socket failed (${errorCode(error) ?? error.message})`);
  }

  async #open(): Promise<void> {
    const where = printable(this.name);
    try {
      if (!this.#address) {
        this.#trouble = { where, what: 'this is no address', hint: 'like udp://127.0.0.1:5514, tcp://[::1]:5514' };
        return;
      }
      this.#listening = await listenAt(this.#address, this, this.#options.clock);
      this.#trouble = undefined;
      this.#delay = FIRST_DELAY;
    } catch (error) {
      this.#trouble = { where, ...refusalOf(error) };
    } finally {
      this.#opening = undefined;
      if (!this.#listening) this.#putOff();
    }
  }

  #end(what: string): void {
    this.#trouble = { where: printable(this.name), what };
    const listening = this.#listening;
    this.#listening = undefined;
    this.#putOff();
    if (listening) this.#opening = this.#leave(listening);
  }

  async #leave(listening: Listening): Promise<void> {
    await listening.close();
    this.#opening = undefined;
  }

  #putOff(): void {
    this.#wait = this.#delay;
    this.#delay = Math.min(LAST_DELAY, 2 * this.#delay);
  }

  /** Who can forge lines here. */
  #exposure(): readonly Problem[] {
    const address = this.#address;
    if (!address || address.type === 'unix' || isSheltered(address.host)) return [];
    const what = 'whoever reaches this address can write log lines, and so have anybody banned';
    return [
      { where: printable(this.name), what, hint: 'listen at a private address, or let only your own hosts through' },
    ];
  }
}

/** Without the ends that senders add. */
function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  for (; end > 0; end--) {
    const last = bytes[end - 1];
    if (last !== NEWLINE && last !== RETURN && last !== 0) break;
  }
  return bytes.subarray(0, end);
}

const REFUSALS: ReadonlyMap<string, Omit<Problem, 'where'>> = new Map([
  ['EADDRINUSE', { what: 'another program uses this address', hint: 'stop it there, or take another port' }],
  ['EADDRNOTAVAIL', { what: 'this host does not have this address', hint: 'it is tried again until it does' }],
  ['EACCES', { what: 'not permitted', hint: 'take a port from 1024 on, or a folder that this user may write to' }],
  ['ENOENT', { what: 'the folder of the socket does not exist', hint: 'make it; the socket is made by itself' }],
  ['EAFNOSUPPORT', { what: 'this host has no such addresses', hint: 'is IPv6 turned off?' }],
]);

function refusalOf(error: unknown): Omit<Problem, 'where'> {
  if (error instanceof AddressTaken) return { what: error.message, hint: 'remove it, or take another path' };
  const code = errorCode(error) ?? String(error);
  return REFUSALS.get(code) ?? { what: `it cannot be listened at (${code})` };
}
