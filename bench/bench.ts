/**
 * `npm run bench`: CPU time and peak memory of a replay on three workloads, beside what only reads or finds and the peers
 * that are installed, as ratios of one run. `-- --scale 5` makes the logs five times as long, `-- --runs 5` repeats more.
 * `filters LOG FILTER...`: what the installed fail2ban's filters find, read by us; it is one of the contenders.
 * `npm run bench live`: the daemon beside those of others (live.ts). `npm run bench report`: a report (report.ts).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { enableLinearExpressions } from '../src/base/linear.ts';
import { type Contender, contenders } from './contender.ts';
import { readByFilters } from './filters.ts';
import { benchLive } from './live.ts';
import { type Measure, measure, median } from './measure.ts';
import { benchReport } from './report.ts';
import { WORKLOADS, type Workload, writeWorkload } from './workload.ts';

const FINDER = 'rg -c';

enableLinearExpressions();
const { values, positionals } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    attackers: { type: 'string', default: '200' },
    skip: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
if (positionals[0] === 'live') await benchLive(values);
else if (positionals[0] === 'report') await benchReport(values);
else if (positionals[0] === 'filters') readByFilters(positionals[1] ?? '', positionals.slice(2));
else await bench(Number(values.scale), Number(values.runs));

async function bench(scale: number, runs: number): Promise<void> {
  mkdirSync('bench/data', { recursive: true });
  const folder = mkdtempSync('bench/data/run-');
  try {
    for (const workload of WORKLOADS) {
      const log = join('bench', 'data', `${workload.name}-${scale}.log`);
      const lines = writeWorkload(workload, log, scale);
      print(
        `\n${workload.about}: ${lines.toLocaleString('en')} lines, CPU seconds of whole processes, median of ${runs}\n`,
      );
      sayCounts(contenders('.', folder), log, workload);
      print('contender          CPU s   M lines/s   CPU × rg -c   peak MiB   does\n');
      const results = await runAll(contenders('.', folder), { workload, log, runs });
      const finder = results.find(({ contender }) => contender.name === FINDER)?.measure;
      for (const result of results) print(row(result, { lines, finder }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Interleaved, so that a noisy minute falls on all alike. */
async function runAll(
  all: readonly Contender[],
  { workload, log, runs }: { workload: Workload; log: string; runs: number },
): Promise<Result[]> {
  const measures = new Map<Contender, Measure[]>(all.map((contender) => [contender, []]));
  for (let run = 0; run < runs; run++) {
    for (const contender of all) {
      const command = contender.command(log, workload);
      if (typeof command === 'string') continue;
      const result = await measure(command[0], command.slice(1));
      if (result) measures.get(contender)?.push(result);
    }
  }
  return all.map((contender) => {
    const command = contender.command(log, workload);
    const missing = typeof command === 'string' ? command : `failed: ${command.join(' ').slice(0, 80)}`;
    return { contender, missing, measure: middle(measures.get(contender) ?? []) };
  });
}

/** Who looks for the same lines must find as many, or the times are not of the same work. */
function sayCounts(all: readonly Contender[], log: string, workload: Workload): void {
  for (const by of [undefined, 'fail2ban'] as const) {
    const alike = all.filter((each) => each.by === by);
    sayCountsOf(alike, log, workload);
  }
}

function sayCountsOf(all: readonly Contender[], log: string, workload: Workload): void {
  const counts = all.flatMap(({ name, count }) => {
    if (!count) return [];
    const [command, ...args] = count(log, workload);
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
    const found = status === 0 ? Number(/"attempts":(\d+)/.exec(stdout)?.[1] ?? stdout.trim()) : Number.NaN;
    return [{ name, found }];
  });
  if (counts.length === 0) return;
  const same = counts.every(({ found }) => found === counts[0]?.found);
  const text = counts.map(({ name, found }) => `${name} ${found.toLocaleString('en')}`).join(', ');
  print(`${same ? 'lines found by both' : 'NOT COMPARABLE, lines found'}: ${text}\n`);
}

interface Result {
  readonly contender: Contender;
  readonly measure: Measure | undefined;
  /** Why there is no measure, where there is none. */
  readonly missing: string;
}

function middle(measures: readonly Measure[]): Measure | undefined {
  if (measures.length === 0) return undefined;
  return {
    cpuSeconds: median(measures.map((each) => each.cpuSeconds)),
    wallSeconds: median(measures.map((each) => each.wallSeconds)),
    peakMiB: Math.max(...measures.map((each) => each.peakMiB)),
  };
}

function row(
  { contender, missing, measure: result }: Result,
  { lines, finder }: { lines: number; finder: Measure | undefined },
): string {
  if (!result) return `${contender.name.padEnd(16)} ${missing}\n`;
  // A run of a few ticks of the kernel's clock has no rate.
  const rate = result.cpuSeconds < 0.05 ? '-' : (lines / 1e6 / result.cpuSeconds).toFixed(2);
  const ratio = finder ? (result.cpuSeconds / finder.cpuSeconds).toFixed(2) : '-';
  const cells = [result.cpuSeconds.toFixed(2).padStart(7), rate.padStart(11), ratio.padStart(13)];
  return `${contender.name.padEnd(16)} ${cells.join(' ')} ${result.peakMiB.toFixed(0).padStart(10)}   ${contender.does}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
