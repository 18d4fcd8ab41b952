/** `rapsheet demo`: the article's month on three hosts, from raw logs to the report. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import { loadConfig } from '../config/config.ts';
import { writeDemo } from '../demo/demo.ts';
import { type Format, renderReport } from '../report/report.ts';
import { openLedgerFor, originsOf } from './open.ts';
import { outcomeSentences } from './outcome.ts';
import { programFolder } from './program.ts';
import { replayLogs } from './replay-run.ts';
import { REMARK, reportOf } from './report.ts';
import { periodOf } from './scope.ts';
import { filterOf } from './stages.ts';
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

  rapsheet report ${MONTH} --ledger demo/ledger.db -o october.html
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
  claim(folder);
  say('Writing the raw logs of three hosts for October 2024...');
  const written = writeDemo(folder);
  const program = programFolder();
  const defaults = loadConfig({ program, file: join(program, 'config', 'rapsheet.toml') });
  const config = {
    ...defaults,
    zone: UTC,
    origin: { ...defaults.origin, discover: false, sources: [written.origins] },
  };
  const filter = filterOf(config);
  const origins = originsOf(config);
  const ledger = await openLedgerFor({ ledger: path }, config, 'write');
  const bar = new ProgressBar(systemClock);
  const started = systemClock();
  try {
    const requests = written.hosts.map((host) => ({ host, paths: [join(written.logs, host)] }));
    const result = await replayLogs({
      config,
      filter,
      ledger,
      origins,
      requests,
      observer: {},
      onProgress: bar.show.bind(bar),
    });
    bar.clear();
    const seconds = (systemClock() - started) / 1000;
    for (const line of outcomeSentences(result, {
      seconds,
      options: { ledger: join(options.dir, 'ledger.db') },
      hasBlocklists: false,
      isRouted: false,
    }))
      say(line);
    ledger.begin();
    ledger.saveState(REMARK, SYNTHETIC);
    ledger.commit();
    const scope = { period: periodOf(MONTH, {}, UTC), host: undefined };
    const report = reportOf(ledger, {
      config,
      scope,
      zone: UTC,
      top: undefined,
      remarks: [SYNTHETIC],
      creditsOf: () => new Map(),
    });
    const format: Format = options.json ? 'json' : 'text';
    say('');
    for (const file of renderReport(report, format, outputShape())) {
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    say(
      `\nAs a page, with maps: bin/rapsheet report ${MONTH} --ledger ${join(options.dir, 'ledger.db')} -o october.html`,
    );
    say(`Look closer: bin/rapsheet show 79.110.62.40 --ledger ${join(options.dir, 'ledger.db')}`);
  } finally {
    bar.clear();
    ledger.close();
    origins.close();
  }
}

/** Tells a folder of a demo from any other. */
const MARK = '.rapsheet-demo';
const OWN = ['logs', 'origins.csv', 'ledger.db', 'ledger.db-wal', 'ledger.db-shm'];

/** Takes a folder that is new, empty or an earlier demo's, and empties it. @throws ProblemError (64) for any other. */
function claim(folder: string): void {
  const mark = join(folder, MARK);
  try {
    if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(mark)) {
      const hint = 'name a new folder with --dir';
      throw new ProblemError(EXIT.usage, { where: folder, what: 'is not empty, and no demo made it', hint });
    }
    mkdirSync(folder, { recursive: true });
    for (const name of OWN) rmSync(join(folder, name), { recursive: true, force: true });
    writeFileSync(mark, 'This folder was made by `rapsheet demo`, which may empty it again.\n');
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const code = errorCode(error) ?? 'unknown';
    throw new ProblemError(EXIT.notPermitted, { where: folder, what: `cannot be written (${code})` }, { cause: error });
  }
}
