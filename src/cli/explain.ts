/** `rapsheet explain`: why a line is or is not an attempt, why an address is or is not banned. */
import { Command } from 'commander';
import { parseAddress } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../base/problem.ts';
import { fromLog, printable, printableJson, toLog } from '../base/text.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { type Explanation, explainLine, type NearMiss } from '../filter/explain.ts';
import type { Attempt } from '../model.ts';
import type { DaemonOptions } from './daemon-call.ts';
import { explainAddress } from './explain-address.ts';
import { programFolder } from './program.ts';

interface ExplainOptions extends DaemonOptions {
  readonly ledger?: string;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('why a log line is or is not an attempt; why an address is or is not banned')
    .argument('<line-or-address>', 'a log line in quotes, or an address')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'ledger to look an address up in')
    .option('--socket <file>', "the daemon's control socket, to ask how far an address is now")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Exit status 0 when the line is an attempt or the address is banned, 1 when not.

Examples:
  rapsheet explain "$(grep sshd /var/log/auth.log | tail -1)"
  rapsheet explain 203.0.113.7`,
    )
    .action(explain);
}

async function explain(subject: string, options: ExplainOptions): Promise<void> {
  const config = loadConfig({ program: programFolder(), file: options.config });
  const address = parseAddress(subject.trim());
  const answer = address
    ? await explainAddress(address, { ...options, settings: config })
    : explainText(subject, options, config);
  process.stdout.write(answer.text);
  if (!answer.yes) process.exitCode = EXIT.no;
}

function explainText(line: string, options: ExplainOptions, config: Config): { text: string; yes: boolean } {
  if (config.fail2ban) {
    const { directory } = config.fail2ban;
    const note = `the jails in use are those of ${directory}; this is what our own filters make of the line`;
    process.stderr.write(`${printable(note)}\n`);
  }
  const explanation = explainLine(toLog(line).replace(/[\r\n]+$/, ''), {
    filters: config.filters,
    kinds: new Set(config.kinds.keys()),
    zone: config.zone,
    now: systemClock(),
  });
  const yes = explanation.attempt !== undefined;
  if (options.json) return { text: `${printableJson(jsonOf(explanation))}\n`, yes };
  return { text: `${sentences(explanation, config).map(printable).join('\n')}\n`, yes };
}

function jsonOf({ format, envelope, attempt, login, nearest }: Explanation): object {
  return {
    format: format ?? null,
    time: envelope ? new Date(envelope.time).toISOString() : null,
    process: envelope?.process || null,
    attempt: attempt
      ? {
          ...{ service: attempt.pattern.service, kind: attempt.pattern.kind, filter: attempt.pattern.filter },
          ...{ pattern: attempt.pattern.number, address: attempt.address.text, count: attempt.count },
          ...{ user: readable(attempt.user), target: readable(attempt.target) },
        }
      : null,
    login: login ? { address: login.address.text, user: readable(login.user), filter: login.pattern.filter } : null,
    nearest: nearest.map((miss) => ({ ...miss, matched: fromLog(miss.matched) })),
  };
}

function readable(text: string | undefined): string | null {
  return text === undefined ? null : fromLog(text);
}

function sentences({ format, envelope, attempt, login, nearest }: Explanation, config: Config): string[] {
  if (!format || !envelope) {
    return [
      'Not an attempt: the line is in no format that Rapsheet knows.',
      'Known: syslog (classic, RFC 3339, RFC 5424, JSON), access logs, the error logs of nginx and Apache, JSON with a time,',
      'and lines of applications that begin with a timestamp. To have it recognized: rapsheet filter new LINE',
    ];
  }
  const program = envelope.process === '' ? '' : `, by ${envelope.process}`;
  const head = `Format ${format}, logged ${new Date(envelope.time).toISOString()}${program}.`;
  if (login) return [head, ...loginSentences(login)];
  if (!attempt) return [head, 'Not an attempt: no pattern matches it.', ...nearest.flatMap(nearSentences)];
  const { pattern, address, user, target, count } = attempt;
  const kind = config.kinds.get(pattern.kind);
  return [
    head,
    `An attempt: ${address.text} ${kind?.sentence ?? ''} (${pattern.kind}).`,
    `Recognized by filter ${pattern.filter}, pattern ${pattern.number}; it weighs ${kind?.weight ?? 1}.`,
    ...(user === undefined ? [] : [`User name tried: ${fromLog(user)}`]),
    ...(target === undefined ? [] : [`Aimed at: ${fromLog(target)}`]),
    ...(count === 1 ? [] : [`The line stands for ${count} attempts.`]),
  ];
}

/** Nobody is banned for it, and the address is not banned lightly afterwards. */
function loginSentences({ address, user, pattern }: Attempt): string[] {
  const who = user === undefined ? 'Somebody' : fromLog(user);
  return [
    `Not an attempt: ${who} logged in from ${address.text}, which is protected for a while.`,
    `Recognized by filter ${pattern.filter}, pattern ${pattern.number} (${pattern.kind}).`,
  ];
}

const STOPS: Readonly<Record<NearMiss['stopped'], string>> = {
  literal: 'its text',
  field: 'its text',
  process: 'the program that logged the line',
  status: 'the status',
  name: 'the user name',
  agent: 'the User-Agent',
  address: 'the address, which is none',
};

function nearSentences(miss: NearMiss): string[] {
  const where = `  Near: filter ${miss.filter}, pattern ${miss.pattern} (${miss.kind}), stopped at ${STOPS[miss.stopped]}.`;
  if (miss.wanted === '') return [where];
  return [where, `    matched:     ${fromLog(miss.matched)}`, `    then wanted: ${miss.wanted}`];
}
