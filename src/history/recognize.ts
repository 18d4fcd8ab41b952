/** What each of the files is that a person named: by what is in it, not by its name. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { HistoryForm } from '../model.ts';
import { refusalOf } from '../source/refusal.ts';
import { openForeign, readably, SQLITE_MAGIC, tablesOf } from './foreign.ts';
import { databases, texts } from './index.ts';
import { headOf, STANDARD_INPUT } from './text-file.ts';

export interface Recognized {
  readonly path: string;
  readonly form: HistoryForm;
}

/** In a folder, what fail2ban and CrowdSec call theirs; everything else in it is no history. */
const NAMES = /^(?:fail2ban\.sqlite3|fail2ban\.log(?:[.-].*)?|crowdsec\.db)$/;
/** SQLite's files beside a database. */
const BESIDE = /-(?:wal|shm|journal)$/;
/** Our own ledger: its tables. */
const LEDGER = ['ban', 'evidence', 'tally'];

/** Where they lie when nobody moved them. */
export const USUAL_PLACES: readonly string[] = [
  '/var/lib/fail2ban/fail2ban.sqlite3',
  '/var/log/fail2ban.log',
  '/var/lib/crowdsec/data/crowdsec.db',
];

/** @throws ProblemError: 65 nothing of what can be read, 66 missing, 77 not permitted */
export async function recognize(paths: readonly string[], form: HistoryForm | undefined): Promise<Recognized[]> {
  const recognized: Recognized[] = [];
  for (const path of new Set(paths)) {
    const files = isFolder(path) ? filesIn(path) : [path];
    for (const file of files) recognized.push({ path: file, form: form ?? (await formOf(file)) });
  }
  return recognized;
}

function isFolder(path: string): boolean {
  if (path === STANDARD_INPUT) return false;
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw refused(path, error);
  }
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => NAMES.test(name) && !BESIDE.test(name));
    const files = names.sort().map((name) => join(folder, name));
    if (files.length > 0) return files;
  } catch (error) {
    throw refused(folder, error);
  }
  const hint = 'name the files themselves';
  throw new ProblemError(EXIT.noInput, { where: folder, what: 'there is no history in this folder', hint });
}

async function formOf(path: string): Promise<HistoryForm> {
  if (path === STANDARD_INPUT) {
    const hint = 'say it with --from csv, or --from fail2ban-log';
    throw new ProblemError(EXIT.usage, { what: 'what comes by standard input?', hint });
  }
  const head = await headOf(path);
  const form = head.toString('latin1', 0, SQLITE_MAGIC.length) === SQLITE_MAGIC ? databaseForm(path) : textForm(head);
  if (form) return form;
  const hint =
    'fail2ban’s database or log, CrowdSec’s database, or a CSV with columns like address,time,duration,jail,reason';
  throw new ProblemError(EXIT.badData, { where: path, what: whatElse(head), hint });
}

function databaseForm(path: string): HistoryForm | undefined {
  const database = openForeign(path);
  try {
    const tables = readably(path, () => tablesOf(database));
    if (LEDGER.every((table) => tables.has(table))) {
      const hint = 'name it with --ledger to record into it';
      throw new ProblemError(EXIT.badData, { where: path, what: 'this is a ledger of rapsheet itself', hint });
    }
    return databases.find(({ recognizes }) => recognizes(tables))?.form;
  } finally {
    database.close();
  }
}

function textForm(head: Buffer): HistoryForm | undefined {
  const text = head.toString('latin1');
  return texts.find(({ recognizes }) => recognizes(text))?.form;
}

function whatElse(head: Buffer): string {
  if (head.length === 0) return 'the file is empty';
  const isDatabase = head.toString('latin1', 0, SQLITE_MAGIC.length) === SQLITE_MAGIC;
  return isDatabase ? 'this is the database of another program' : 'this is no history that can be read';
}

function refused(path: string, error: unknown): ProblemError {
  const { status, what, hint } = refusalOf(error, path);
  return new ProblemError(status, hint === undefined ? { where: path, what } : { where: path, what, hint });
}

/** Those of the usual places that there are. */
export function foundHere(): string[] {
  return USUAL_PLACES.filter((path) => existsSync(path));
}
