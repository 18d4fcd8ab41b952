/**
 * The demo's generator: the raw logs of the article's three hosts for October 2024, and the table of origins that goes
 * with them. It writes lines and counts nothing: every figure of the demo's report comes out of those lines by the same
 * path as any other log's. No clock and no chance but the seed: the same seed gives the same bytes.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { addMailBurst } from './lines/mail-burst.ts';
import { addSshBurst } from './lines/ssh-burst.ts';
import { addWebBurst } from './lines/web-burst.ts';
import { Logbook } from './logbook.ts';
import { MANNERS } from './manners.ts';
import { HOSTS, MONTH } from './month.ts';
import { addMailTraffic } from './noise/mail-traffic.ts';
import { addSystem } from './noise/system.ts';
import { addWebErrors } from './noise/web-errors.ts';
import { addWebTraffic } from './noise/web-traffic.ts';
import { originsTable } from './origins.ts';
import { type Plan, planDemo } from './plan.ts';
import { type Random, randomOf } from './random.ts';
import { rotate } from './rotation.ts';

export interface Demo {
  readonly hosts: readonly string[];
  /** The folder with one folder of logs for each host. */
  readonly logs: string;
  /** The CSV file with the networks' countries, ASNs and organizations. */
  readonly origins: string;
}

/** The month of the article, as a number. Any other tells the same story of other addresses at other times. */
export const DEMO_SEED = 202_410;

/** Writes the demo's files below a folder, which is made where it is missing. Files of an earlier demo are replaced. */
export function writeDemo(dir: string, seed: number = DEMO_SEED): Demo {
  const demo = { hosts: HOSTS, logs: join(dir, 'logs'), origins: join(dir, 'origins.csv') };
  try {
    mkdirSync(demo.logs, { recursive: true });
    const plan = planDemo(seed);
    for (const { file, entries } of logsOf(plan, seed).files()) {
      for (const part of rotate(file, entries)) write(join(demo.logs, part.file), part.bytes, part.modified);
    }
    write(demo.origins, Buffer.from(originsTable(plan.holdings)), MONTH.until);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw unwritable(dir, error);
  }
  return demo;
}

/** The lines of all hosts: what the plan says, among what happens anyway. */
export function logsOf(plan: Plan, seed: number): Logbook {
  const logbook = new Logbook();
  addBursts(logbook, plan, randomOf(seed, 'lines'));
  for (const host of HOSTS) addSystem(logbook, host, randomOf(seed, `system of ${host}`));
  addWebTraffic(logbook, { host: 'web1', visits: 8200, crawls: 9000 }, randomOf(seed, 'traffic of web1'));
  addWebTraffic(logbook, { host: 'web2', visits: 3600, crawls: 5000 }, randomOf(seed, 'traffic of web2'));
  addWebErrors(logbook, randomOf(seed, 'errors of the web servers'));
  addMailTraffic(logbook, { received: 4200, sent: 700, logins: 4600 }, randomOf(seed, 'traffic of mail'));
  return logbook;
}

function addBursts(logbook: Logbook, plan: Plan, random: Random): void {
  const writers = { web: addWebBurst, mail: addMailBurst, ssh: addSshBurst };
  for (const burst of plan.bursts) writers[MANNERS[burst.manner].service](logbook, burst, random);
}

/** With the time of the story, not of today: the report names the dates of its sources. */
function write(path: string, bytes: Buffer, modified: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  utimesSync(path, modified / 1000, modified / 1000);
}

function unwritable(dir: string, error: Error): ProblemError {
  const what = `the demo cannot be written: ${error.message}`;
  const hint = 'name a folder that you may write to with --dir';
  return new ProblemError(EXIT.notPermitted, { where: dir, what, hint }, { cause: error });
}
