/** What the commands that talk to the daemon have in common: their options, where it is, and who asks. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { formatProblem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { socketCandidates } from '../config/socket-path.ts';
import { askDaemon, DaemonSilent } from '../daemon/client.ts';
import type { Request } from '../daemon/protocol.ts';
import { programFolder } from './program.ts';

export interface DaemonOptions {
  readonly config?: string;
  readonly socket?: string;
  readonly json?: boolean;
}

/** Asks the daemon one thing. @throws DaemonSilent when it is down, hangs or may not be asked. */
export type Ask = (request: Request) => Promise<unknown>;

/** A reload proves all filters, and a list of 100,000 bans takes a second. */
const PATIENCE_MS = 15_000;
/** Who is locked out does not wait for a daemon that hangs. */
export const EMERGENCY_MS = 2_000;

/** Adds `--config`, `--socket` and, where wanted, `--json`. */
export function withDaemonOptions(command: Command, json: string | undefined): Command {
  command.option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml');
  command.option('--socket <file>', "the daemon's control socket");
  return json === undefined ? command : command.option('--json', json);
}

/**
 * The configuration, or the built-in one when it is broken: a mistake in a file must not keep anybody from lifting a ban.
 */
export function configOrDefault(file: string | undefined): Config {
  const program = programFolder();
  try {
    return loadConfig({ program, file });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const problem of error.problems) say(`rapsheet: ${formatProblem(problem)}`);
    say('rapsheet: goes on with the built-in configuration');
    return loadConfig({ program, file: join(program, 'config', 'rapsheet.toml') });
  }
}

/** A line of talk, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Lines of a result, on standard output. */
export function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

/** How to ask the daemon: at the socket that is named, or wherever one of ours may listen. */
export function askOf(options: DaemonOptions, config: Config, timeoutMs = PATIENCE_MS): Ask {
  const places = socketPlaces(options, config);
  return async (request) => {
    let silence: DaemonSilent | undefined;
    for (const path of places) {
      try {
        return await askDaemon(path, request, { timeoutMs });
      } catch (error) {
        if (!(error instanceof DaemonSilent)) throw error;
        // A daemon that is there tells more than a place where there is none.
        if (!silence || silence.silence === 'down') silence = error;
      }
    }
    throw silence ?? new Error('there is no place for a socket');
  };
}

function socketPlaces(options: DaemonOptions, config: Config): readonly string[] {
  if (options.socket !== undefined) return [options.socket];
  return socketCandidates(config.daemon.socket, {
    environment: process.env,
    uid: process.getuid?.(),
    home: homedir(),
  });
}

/** Who asks, as the system knows them: whoever became root by sudo is named, too. */
export function asker(): string {
  const name = userName();
  const { SUDO_USER } = process.env;
  return printable(SUDO_USER !== undefined && SUDO_USER !== '' && name === 'root' ? `${SUDO_USER} (sudo)` : name).slice(
    0,
    120,
  );
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a name, as in some containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
