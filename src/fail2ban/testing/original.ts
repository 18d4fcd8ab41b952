/**
 * The original, to be compared with: the installed package, or a source tree that the variable FAIL2BAN_SOURCE names.
 * Nothing of it is kept here; it is asked when the tests run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const source = process.env.FAIL2BAN_SOURCE;

export const INSTALLED = source === undefined ? '/etc/fail2ban' : `${source}/config`;
const PROGRAM = source ?? '/usr/lib/python3/dist-packages';

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
