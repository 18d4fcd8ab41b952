/** Entries of a journal as lines: ours beside those of an installed fail2ban. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { installedVersion, PROGRAM } from '../testing/original.ts';
import { parseEntry } from './journal-entry.ts';

const version = installedVersion();
if (version === undefined)
  console.warn('src/fail2ban/filter/journal-original.test.ts: no fail2ban is installed, skipped');

/** Its reader of the journal is a library that need not be there; what makes a line of an entry does not use it. */
const FORMAT = `
import datetime, json, os, sys, time, types
os.environ['TZ'] = 'UTC'
time.tzset()
sys.path.insert(0, sys.argv[1])
journal = types.ModuleType('systemd.journal')
journal.Reader, journal.LOCAL_ONLY, journal.__version__ = object, 1, '235'
systemd = types.ModuleType('systemd')
systemd.journal, systemd.__version__ = journal, '235'
sys.modules['systemd'], sys.modules['systemd.journal'] = systemd, journal
from fail2ban.server.filtersystemd import FilterSystemd

class Reader:
    jailName = 'jail'
    getJrnEntTime = FilterSystemd.getJrnEntTime
    def getLogEncoding(self): return 'utf-8'

def value(name, given):
    if isinstance(given, list) and all(isinstance(each, int) for each in given): return bytes(given)
    if name.endswith('REALTIME_TIMESTAMP'): return datetime.datetime.fromtimestamp(int(given) / 1e6)
    if name == '__MONOTONIC_TIMESTAMP': return (datetime.timedelta(microseconds=int(given)), None)
    if name == '_SOURCE_MONOTONIC_TIMESTAMP': return datetime.timedelta(microseconds=int(given))
    if name == '_PID' and given.isdigit(): return int(given)
    return given

answers = []
for entry in json.load(sys.stdin):
    line, when = FilterSystemd.formatJournalEntry(Reader(), {name: value(name, given) for name, given in entry.items()})
    answers.append([line[2], round(when * 1000)])
print(json.dumps(answers))
`;

const ENTRY = {
  ...{ __REALTIME_TIMESTAMP: '1727949600123000', __MONOTONIC_TIMESTAMP: '1500000', _HOSTNAME: 'web1' },
  ...{ SYSLOG_IDENTIFIER: 'sshd', _COMM: 'sshd-session', _PID: '4711', MESSAGE: 'Failed for é from 203.0.113.7' },
};

/** Each with what it changes; undefined takes a field away. */
const CHANGES: ReadonlyArray<Readonly<Record<string, unknown>>> = [
  {},
  { SYSLOG_PID: '12' },
  { SYSLOG_PID: ' 12 ' },
  { SYSLOG_PID: 'twelve' },
  { SYSLOG_IDENTIFIER: '' },
  { SYSLOG_IDENTIFIER: undefined },
  { SYSLOG_IDENTIFIER: undefined, _COMM: undefined },
  { _HOSTNAME: undefined },
  { _PID: undefined },
  { _SOURCE_REALTIME_TIMESTAMP: '1727949599000000' },
  { SYSLOG_IDENTIFIER: 'kernel', _PID: undefined },
  { SYSLOG_IDENTIFIER: 'kernel', _PID: undefined, _SOURCE_MONOTONIC_TIMESTAMP: '123456789012' },
  { MESSAGE: 'two\nlines' },
  { MESSAGE: '' },
  { MESSAGE: undefined },
  { MESSAGE: [97, 0xff, 0xc3, 0xa9] },
  { MESSAGE: ['a', 'b'] },
];

it.runIf(version !== undefined)(`the entries of a journal are the lines of fail2ban ${version ?? ''}`, () => {
  const entries = CHANGES.map((change) => JSON.stringify({ ...ENTRY, ...change }));
  const input = `[${entries.join(',')}]`;
  const theirs: unknown = JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', FORMAT, PROGRAM], { input, encoding: 'utf8' }),
  );
  const ours = entries.map((line) => parseEntry(Buffer.from(line))).map((entry) => [entry?.text, entry?.time]);
  expect(ours).toEqual(theirs);
});
