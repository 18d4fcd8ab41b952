/** `rapsheet notify`: telling people, and looking after what waits to be told. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import { loadConfig } from '../config/config.ts';
import { type MessageState, type OutboxMessage, openLedger } from '../ledger/ledger.ts';
import { DeliveryError } from '../notify/channel.ts';
import type { TestNotice } from '../notify/notice.ts';
import { messageId, type Recipient, TIMEOUT_MS } from '../notify/notify.ts';
import { inColumns } from './columns.ts';
import { asker, print } from './daemon-call.ts';
import { ago } from './elapsed.ts';
import { ledgerPath } from './ledger-path.ts';
import { recipientsOf } from './notify-channels.ts';
import { loadedConfig, runNotifier } from './notify-run.ts';
import { programFolder } from './program.ts';

interface NotifyOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly dead?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function notifyCommand(): Command {
  return new Command('notify')
    .description('tell people by mail, chat and webhook: run, test, list, retry')
    .argument('<verb>', 'run, test, list or retry')
    .argument('[what]', 'test: a channel; retry: the number of a message, or "all"')
    .option('--dead', 'list: only what was given up')
    .option('--json', 'test, list: JSON Lines; run: log JSON Lines on standard error')
    .option('-v, --verbose', 'run: log what is of use to whoever looks for a mistake')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read and to write')
    .addHelpText('after', EXAMPLES)
    .action(notify);
}

const EXAMPLES = `
run    looks at the ledger and sends what [alerts], [mail] and [[channel]] of the configuration say. It stays in the
       foreground, beside the daemon, as any user who may write the ledger; systemd starts it as a service of its own
       (rapsheet-notify.service). It begins with the next ban and tells nothing of the past. SIGHUP reads the
       configuration again, SIGTERM ends it; what waits is sent by the next.
test   sends one message to each channel, or to one, now, and says what came of it.
list   what waits, is on its way, or was given up, with the reason.
retry  tries again what was given up.

Exit status 1 when a test was not delivered or there is nothing to retry, 78 when nobody is to be told.

Examples:
  rapsheet notify test
  rapsheet notify test mail
  rapsheet notify list --dead
  rapsheet notify retry all
  rapsheet notify run`;

const VERBS: Readonly<Record<string, (what: string | undefined, options: NotifyOptions) => Promise<void>>> = {
  run: (_, options) => runNotifier(options),
  test,
  list: (_, options) => list(options),
  retry,
};

async function notify(verb: string, what: string | undefined, options: NotifyOptions): Promise<void> {
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (act) return act(what, options);
  throw new ProblemError(EXIT.usage, { what: `notify ${verb}: there is no such verb`, hint: 'run, test, list, retry' });
}

/** What came of a test. */
interface Tested {
  readonly channel: string;
  readonly sent: boolean;
  readonly why: string | null;
}

async function test(only: string | undefined, options: NotifyOptions): Promise<void> {
  const recipients = recipientsOf(loadedConfig(options.config), process.env);
  const chosen = recipients.filter(({ channel: { name } }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = recipients.map(({ channel: { name } }) => name).join(', ');
    const hint = names === '' ? 'the configuration has none' : `there are ${names}`;
    throw new ProblemError(EXIT.usage, { what: `there is no channel "${only ?? ''}"`, hint });
  }
  const now = systemClock();
  const notice: TestNotice = { sort: 'test', key: `test ${now}`, made: now, host: undefined, by: asker() };
  const results = await Promise.all(chosen.map((recipient) => testOne(recipient, notice)));
  if (options.json) print(results.map(printableJson));
  else print(results.map(({ channel, sent, why }) => printable(`${channel}: ${sent ? 'sent' : `not sent: ${why}`}`)));
  if (results.some(({ sent }) => !sent)) process.exitCode = EXIT.no;
}

async function testOne({ channel }: Recipient, notice: TestNotice): Promise<Tested> {
  const id = messageId({ channel: channel.name, key: notice.key, made: notice.made });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await channel.send(notice, { id, signal });
    return { channel: channel.name, sent: true, why: null };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { channel: channel.name, sent: false, why: error.message };
  } finally {
    await channel.close();
  }
}

/** A screenful; JSON has them all. */
const LISTED = 50;
/** More do not wait: each channel has an hour's worth of bans at most, and its digests. */
const ALL = 10_000;

async function list(options: NotifyOptions): Promise<void> {
  const ledger = await openLedger({ path: pathOf(options), mode: 'read', clock: systemClock });
  try {
    const states: readonly MessageState[] = options.dead ? ['dead'] : ['waiting', 'sending', 'dead'];
    const messages = states.flatMap((state) => ledger.outbox.list(state, options.json ? ALL : LISTED));
    if (options.json) print(messages.map((message) => printableJson(messageJson(message))));
    else print(messages.length === 0 ? [NOTHING[options.dead ? 'dead' : 'all']] : messageLines(messages));
  } finally {
    ledger.close();
  }
}

const NOTHING = { dead: 'Nothing was given up.', all: 'Nothing waits, and nothing was given up.' } as const;

function messageJson({ id, channel, key, state, made, due, tries, ended, error }: OutboxMessage): object {
  const times = { made: isoTime(made), due: isoTime(due), ended: ended === undefined ? null : isoTime(ended) };
  return { id, channel, key, state, ...times, tries, error: error ?? null };
}

function messageLines(messages: readonly OutboxMessage[]): string[] {
  const now = systemClock();
  const rows = messages.map(({ id, channel, key, state, made, tries, error }) => [
    ...[id, printable(channel), printable(key), state, ago(isoTime(made), now), tries],
    printable(error ?? '-'),
  ]);
  return inColumns(['ID', 'CHANNEL', 'MESSAGE', 'STATE', 'MADE', 'TRIES', 'WHY'], rows);
}

async function retry(what: string | undefined, options: NotifyOptions): Promise<void> {
  if (what === undefined || !/^(?:all|[1-9]\d{0,14})$/.test(what)) {
    const hint = 'rapsheet notify list --dead shows the numbers';
    throw new ProblemError(EXIT.usage, { what: 'notify retry takes the number of a message, or "all"', hint });
  }
  const path = pathOf(options);
  // One that is not there must not be made.
  (await openLedger({ path, mode: 'read', clock: systemClock })).close();
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock });
  try {
    ledger.begin();
    const count = ledger.outbox.revive(what === 'all' ? 'all' : Number(what), systemClock());
    ledger.commit();
    print([
      count === 0
        ? 'Nothing of that was given up.'
        : `${count} ${count === 1 ? 'message is' : 'messages are'} tried again.`,
    ]);
    if (count === 0) process.exitCode = EXIT.no;
  } finally {
    ledger.close();
  }
}

function pathOf({ config, ledger }: NotifyOptions): string {
  return ledgerPath(ledger ?? loadConfig({ program: programFolder(), file: config }).ledger);
}
