/** Which logs went to which jails of fail2ban, and which jails found none: said after a replay. */
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import type { Route } from '../fail2ban/adopt.ts';
import { type AdoptedConfig, isAdopted } from './adopted.ts';

/** Logs that are named; more are counted. */
const NAMED = 40;

export class RouteList {
  readonly #routes = new Map<string, Route>();

  add(route: Route): void {
    this.#routes.set(route.log, route);
  }

  /** Nothing where no fail2ban is adopted. */
  sentences(config: Config): string[] {
    if (!isAdopted(config)) return [];
    const routes = [...this.#routes.values()];
    const read = routes.filter(({ jails }) => jails.length > 0);
    // Ours look at every log, and nothing here knows what they found in it.
    const unread = config.ours ? [] : routes.filter(({ jails }) => jails.length === 0).map(({ log }) => log);
    const busy = new Set(read.flatMap(({ jails }) => jails));
    const { jails: theirs, problems, ignoreFiles } = config.adoption;
    const idle = theirs.map(({ name }) => name).filter((name) => !busy.has(name));
    const { directory = '' } = config.fail2ban ?? {};
    return [
      ...[...problems, ...ignoreFiles.problems()].map((problem) => `fail2ban: ${formatProblem(problem)}`),
      `${counted(theirs.length)} of ${directory} ${theirs.length === 1 ? 'is' : 'are'} in use${beside(config)}.`,
      ...some(
        read.map(({ log, jails, type }) => `  ${log}${type === 'journal' ? ' (journal)' : ''}: ${jails.join(', ')}`),
      ),
      ...(unread.length > 0 ? [`  read by no jail: ${listed(unread)}`] : []),
      ...(idle.length > 0 ? [`  jails without a log here: ${listed(idle)}`] : []),
    ].map(printable);
  }
}

function beside({ ours }: AdoptedConfig): string {
  return ours ? `, beside ${counted(ours.jails.length)} of ours` : '';
}

function counted(jails: number): string {
  return `${jails} jail${jails === 1 ? '' : 's'}`;
}

/** `--jail NAME=PATH`. @throws ProblemError (64) for anything else */
export function jailChoices(given: readonly string[]): { readonly jail: string; readonly log: string }[] {
  return given.map((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return { jail: text.slice(0, at), log: text.slice(at + 1) };
    const hint = 'write --jail sshd=logs/auth.log';
    throw new ProblemError(EXIT.usage, { what: `--jail ${text}: not a jail and a log`, hint });
  });
}

function some(lines: readonly string[]): readonly string[] {
  return lines.length > NAMED ? [...lines.slice(0, NAMED), `  and ${lines.length - NAMED} more logs`] : lines;
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
