/** `rapsheet demo`: the article's month on three hosts, from raw logs to the report. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { UTC } from '../base/zone.ts';
import { loadConfig } from '../config/config.ts';
import { writeDemo } from '../demo/demo.ts';
import { type Format, renderReport } from '../report/report.ts';
import { outcomeSentences } from './outcome.ts';
import { programFolder } from './program.ts';
import { replayLogs } from './replay-run.ts';
import { reportOf } from './report.ts';
import { periodOf } from './scope.ts';
import { openLedgerFor, originsOf } from './stages.ts';
import { outputShape, ProgressBar } from './terminal.ts';

interface DemoOptions {
  readonly dir: string;
  readonly json?: boolean;
}

const MONTH = '2024-10';
const SYNTHETIC =
  'This month is synthetic: its log lines were generated, its addresses are from a range for benchmarks, and only its figures follow the article that the project starts from.';

export function demoCommand(): Command {
  return new Command('demo')
    .description('a month of attacks on three hosts, from raw logs to the report')
    .option('--dir <folder>', 'where logs and ledger are left to look at', 'demo')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Writes the raw logs of two web servers and a mail server for October 2024, replays them with the default rules, and
prints the report. The logs stay in DIR/logs/HOST/, the ledger in DIR/ledger.db:

  rapsheet report ${MONTH} --ledger demo/ledger.db --format markdown
  rapsheet show 79.110.62.40 --ledger demo/ledger.db
  zcat demo/logs/mail/mail.log.2.gz | less`,
    )
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const say = (text: string): boolean => process.stderr.write(`${text}\n`);
  const folder = resolve(options.dir);
  const path = join(folder, 'ledger.db');
  say('Writing the raw logs of three hosts for October 2024...');
  const written = writeDemo(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  const program = programFolder();
  const defaults = loadConfig({ program, file: join(program, 'config', 'rapsheet.toml') });
  const config = { ...defaults, zone: UTC, origin: { discover: false, sources: [written.origins] } };
  const origins = originsOf(config);
  const ledger = await openLedgerFor({ ledger: path }, config, 'write');
  const bar = new ProgressBar(systemClock);
  const started = systemClock();
  try {
    const requests = written.hosts.map((host) => ({ host, paths: [join(written.logs, host)] }));
    const result = await replayLogs({
      config,
      ledger,
      origins,
      requests,
      observer: {},
      onProgress: bar.show.bind(bar),
    });
    bar.clear();
    const seconds = (systemClock() - started) / 1000;
    for (const line of outcomeSentences(result, { seconds, options: { ledger: join(options.dir, 'ledger.db') } }))
      say(line);
    const scope = { period: periodOf(MONTH, {}, UTC), host: undefined };
    const report = reportOf(ledger, {
      config,
      scope,
      zone: UTC,
      top: undefined,
      remarks: [SYNTHETIC],
      credits: new Map(),
    });
    const format: Format = options.json ? 'json' : 'text';
    say('');
    for (const file of renderReport(report, format, outputShape())) {
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    say(`\nLook closer: bin/rapsheet show 79.110.62.40 --ledger ${join(options.dir, 'ledger.db')}`);
  } finally {
    bar.clear();
    ledger.close();
    origins.close();
  }
}
