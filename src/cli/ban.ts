/** `rapsheet ban`: a ban that a person wants. The daemon makes it, so that it is recorded and ends. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { readAnswer } from '../daemon/answers.ts';
import { isTooWide, WHY_MAX } from '../daemon/request.ts';
import { asker, askOf, configOrDefault, type DaemonOptions, print, withDaemonOptions } from './daemon-call.ts';
import { still } from './elapsed.ts';
import { networkArgument } from './network-argument.ts';

interface BanOptions extends DaemonOptions {
  readonly for?: string;
  readonly why?: string;
}

export function banCommand(): Command {
  const command = new Command('ban')
    .description('ban an address or a network')
    .argument('<address|network>', '203.0.113.7, 203.0.113.0/24, 2001:db8::/64')
    .option('--for <duration>', 'how long: 90s, 10m, 1h, 7d, 4w')
    .option('--why <text>', 'the reason, for the record')
    .addHelpText(
      'after',
      `
Networks up to /8 (IPv6: /19). An address that is protected (your own session, the gateway, the allowlist) is refused.
Exit status 1 when the ban is made and blocks nothing, as in a dry run.

Examples:
  rapsheet ban 203.0.113.7 --for 7d --why 'ticket 4711'
  rapsheet ban 2001:db8::/48`,
    )
    .action(ban);
  return withDaemonOptions(command, 'print one JSON object');
}

async function ban(text: string, options: BanOptions): Promise<void> {
  const network = networkArgument(text);
  if (isTooWide(network)) {
    const hint = 'ban smaller networks, one by one';
    throw new ProblemError(EXIT.usage, { what: `${network.text} is too large a network to ban`, hint });
  }
  const forMs = options.for === undefined ? undefined : durationOf(options.for);
  const answer = await askOf(
    options,
    configOrDefault(options.config),
  )({
    ...{ verb: 'ban', subject: network.text, by: asker() },
    ...(forMs === undefined ? {} : { forMs }),
    ...(options.why === undefined ? {} : { why: whyOf(options.why) }),
  });
  const { subject, until, blocked, note } = readAnswer.ban(answer);
  if (!blocked) process.exitCode = EXIT.no;
  if (options.json) {
    process.stdout.write(`${printableJson(answer)}\n`);
    return;
  }
  const end = until === null ? 'for good' : `for ${still(until, systemClock())}, until ${until}`;
  print([
    printable(`${subject} is banned ${end}.`),
    ...(blocked ? [] : [printable(`It is NOT blocked${note === null ? '' : `: ${note}`}.`)]),
  ]);
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new ProblemError(EXIT.usage, {
    what: `--for ${printable(text)}: not a duration`,
    hint: 'write 90s, 10m, 1h, 7d or 4w',
  });
}

/** @throws ProblemError (64) when it is too long to be kept. */
export function whyOf(text: string): string {
  if (text.length <= WHY_MAX) return text;
  throw new ProblemError(EXIT.usage, { what: `--why has at most ${WHY_MAX} characters` });
}
