/**
 * The original, to be compared with: the installed package, or a source tree that the variable FAIL2BAN_SOURCE names.
 * Nothing of it is kept here; it is asked when the tests run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const source = process.env.FAIL2BAN_SOURCE;

export const INSTALLED = source === undefined ? '/etc/fail2ban' : `${source}/config`;
export const PROGRAM = source ?? '/usr/lib/python3/dist-packages';

/** A command of the original's own protocol: `["set", "sshd", "maxretry", 5]`. */
export type Command = readonly unknown[];

const DUMP = `
import json, logging, sys
logging.getLogger('fail2ban').setLevel(logging.CRITICAL)
sys.path.insert(0, sys.argv[2])
from fail2ban.version import version
from fail2ban.client.jailsreader import JailsReader
reader = JailsReader(force_enable=True, basedir=sys.argv[1], share_config={})
reader.read()
reader.getOptions()
print(json.dumps([version, reader.convert(allow_no_files=True)]))
`;

export interface Dump {
  readonly version: string;
  readonly commands: readonly Command[];
}

/** All its jails, each enabled, as commands; undefined when it is not installed. */
export function dumpJails(): Dump | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  try {
    const options = { encoding: 'utf8' as const, stdio: 'pipe' as const, maxBuffer: 1 << 26 };
    const dump: unknown = JSON.parse(execFileSync('python3', ['-c', DUMP, INSTALLED, PROGRAM], options));
    if (!Array.isArray(dump) || !Array.isArray(dump[1])) return undefined;
    return { version: String(dump[0]), commands: dump[1].filter(Array.isArray) };
  } catch {
    return undefined; // Without Python or the package there is nothing to compare with.
  }
}

export interface FilterRequest {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** Expression, whom it is about, seconds, user, lines. */
export type FilterAnswer = readonly [number, string | null, number | null, string | null, number];

/** A frozen clock, so that years and days that lines leave out are the same every day. */
export const FROZEN_SECONDS = 1_124_013_600;
export const FROZEN_ZONE = 'Europe/Zurich';

const FIND = `
import json, logging, os, sys, time
os.environ['TZ'] = sys.argv[4]
time.tzset()
sys.path.insert(0, sys.argv[2])
from fail2ban.server.mytime import MyTime
MyTime.setAlternateNow(int(sys.argv[3]))
MyTime.setTime(int(sys.argv[3]))
from fail2ban.client.filterreader import FilterReader
from fail2ban.server.filter import Filter
logging.getLogger('fail2ban').setLevel(logging.CRITICAL)
shared = {}

def build(request):
    reader = FilterReader(request['name'], 'jail', dict(request['options']), basedir=sys.argv[1], share_config=shared)
    reader.read()
    reader.getOptions({})
    one = Filter(None)
    one.returnRawHost = True
    one.checkFindTime = False
    for command in reader.convert():
        for value in command[3] if command[0] == 'multi-set' else [command[3]]:
            if command[2] == 'prefregex': one.prefRegex = value
            elif command[2] == 'addfailregex': one.addFailRegex(value)
            elif command[2] == 'addignoreregex': one.addIgnoreRegex(value)
            elif command[2] == 'maxlines': one.setMaxLines(value)
            elif command[2] == 'datepattern': one.setDatePattern(value)
    return one

def answer(one, line):
    try:
        found = one.processLine(line)
    except Exception:
        found = []
    return [[i, None if who is None else str(who), when, fail.get('user'), len(fail.get('matches', []))]
            for i, who, when, fail in found]

answers = []
for request in json.load(sys.stdin):
    try:
        one = build(request)
    except Exception:
        answers.append(None)
        continue
    answers.append([answer(one, line) for line in request['lines']])
print(json.dumps(answers))
`;

/** What an installed filter finds in each line; null when the original refuses it. */
export type FilterAnswers = readonly (readonly FilterAnswer[])[] | null;

export function askFilters(requests: readonly FilterRequest[]): readonly FilterAnswers[] {
  const words = ['-c', FIND, INSTALLED, PROGRAM, String(FROZEN_SECONDS), FROZEN_ZONE];
  const options = {
    encoding: 'utf8' as const,
    stdio: 'pipe' as const,
    maxBuffer: 1 << 26,
    input: JSON.stringify(requests),
  };
  return JSON.parse(execFileSync('python3', words, options));
}

/** The sample lines that come with it, by filter: for itself, they are its own tests. */
export function sampleLines(): ReadonlyMap<string, readonly string[]> {
  const folder = `${PROGRAM}/fail2ban/tests/files/logs`;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => existsSync(`${INSTALLED}/filter.d/${name}.conf`));
  return new Map(
    files.sort().map((name) => {
      const lines = readFileSync(`${folder}/${name}`, 'utf8').split('\n');
      return [name, lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))];
    }),
  );
}

/** The version of the installed one; undefined when there is none. */
export function installedVersion(): string | undefined {
  const path = `${PROGRAM}/fail2ban/version.py`;
  if (!existsSync(path)) return undefined;
  return /^version = "([^"]+)"/m.exec(readFileSync(path, 'utf8'))?.[1];
}
