/** Lets nft commit commands together: short ones by the nft that goes on, long ones by one of their own. */
import { readlinkSync } from 'node:fs';
import type { ProgramResult } from '../base/program.ts';
import { hasError, programFailure } from './nft-errors.ts';
import { NftSession } from './nft-session.ts';
import type { Runner } from './runner.ts';

/** Longer than a line that its reader surely takes, and not slower in a process of its own. */
const LINE_MAX = 32_768;
/** 100,000 elements take about a second; 30 times that is no longer slow, but stuck. */
const PATIENCE_MS = 30_000;
/** Process ids of ours that may still be told of; nft tells within milliseconds. */
const REMEMBERED = 64;

/** The first namespace of processes has this number since Linux 3.8. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
/** nft tells of a change within milliseconds of it; of a long one within seconds, one for 500,000 characters at most. */
const ECHO_MS = 1_000;
const ECHO_CHARACTERS_PER_MS = 500;

/** Who changed something, as nft tells it. */
export interface Changer {
  readonly pid: number;
  /** `nft`, ... */
  readonly name: string;
}

export class NftTransactions {
  readonly #runner: Runner;
  readonly #session: NftSession;
  readonly #own = new Set<number>();
  /** Whether the process ids that the kernel tells are those that we see: not inside a container. */
  readonly #pidsAgree = namespaceOfProcesses() === FIRST_NAMESPACE;
  #running = 0;
  #echo: NodeJS.Timeout | undefined;

  constructor(runner: Runner) {
    this.#runner = runner;
    this.#session = new NftSession(runner);
  }

  /** What nft objected to; empty when all was committed. @throws FirewallError when it cannot be started. */
  async run(commands: readonly string[]): Promise<string> {
    const line = commands.join('; ');
    this.#running++;
    try {
      if (line.length <= LINE_MAX) {
        const answer = await this.#session.send(line);
        this.#remember(this.#session.pid);
        // All that we write may be done twice; when the session died, nobody knows whether it was done once.
        if (answer !== undefined) return hasError(answer) ? answer : '';
      }
      return await this.#script([], commands);
    } catch (error) {
      throw programFailure(error);
    } finally {
      this.#running--;
      this.#awaitEcho(line.length);
    }
  }

  /** What nft would object to, without doing it. */
  async check(commands: readonly string[]): Promise<string> {
    try {
      return await this.#script(['-c'], commands);
    } catch (error) {
      throw programFailure(error);
    }
  }

  /** Runs nft with arguments. */
  async ask(args: readonly string[]): Promise<ProgramResult> {
    try {
      return await this.#runner.run('nft', args, { timeoutMs: PATIENCE_MS });
    } catch (error) {
      throw programFailure(error);
    }
  }

  isOwn({ pid, name }: Changer): boolean {
    if (this.#pidsAgree) return this.#own.has(pid) || pid === this.#session.pid;
    return name === 'nft' && (this.#running > 0 || this.#echo !== undefined);
  }

  close(): void {
    clearTimeout(this.#echo);
    this.#session.close();
  }

  async #script(flags: readonly string[], commands: readonly string[]): Promise<string> {
    const { status, err } = await this.#runner.run('nft', [...flags, '-f', '-'], {
      input: `${commands.join('\n')}\n`,
      timeoutMs: PATIENCE_MS,
      started: (pid) => this.#remember(pid),
    });
    if (status === 0) return '';
    return hasError(err) ? err : `Error: nft ended with status ${status}: ${err}`;
  }

  /** What nft tells in the next moment may be what we just did. */
  #awaitEcho(length: number): void {
    clearTimeout(this.#echo);
    this.#echo = setTimeout(
      () => {
        this.#echo = undefined;
      },
      ECHO_MS + length / ECHO_CHARACTERS_PER_MS,
    ).unref();
  }

  #remember(pid: number | undefined): void {
    if (pid === undefined) return;
    this.#own.delete(pid);
    this.#own.add(pid);
    const [oldest] = this.#own;
    if (this.#own.size > REMEMBERED && oldest !== undefined) this.#own.delete(oldest);
  }
}

function namespaceOfProcesses(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}
