/** What the original's own `fail2ban-regex` prints, asked when the tests run. No name is resolved. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { INSTALLED } from './original.ts';

const PROGRAM = process.env.FAIL2BAN_SOURCE ?? '/usr/lib/python3/dist-packages';
export const SAMPLES = `${PROGRAM}/fail2ban/tests/files/logs`;

const RUN = `
import contextlib, io, json, logging, os, socket, sys
sys.path.insert(0, sys.argv[1])
def nobody(*args, **kwargs):
    raise socket.gaierror(-2, 'Name or service not known')
socket.getaddrinfo = nobody
socket.gethostbyname_ex = nobody
socket.gethostbyaddr = nobody
from fail2ban.client import fail2banregex
answers = []
for words in json.load(sys.stdin):
    out = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            fail2banregex.exec_command_line(words)
        except SystemExit as error:
            status = error.code or 0
        except Exception as error:
            status = repr(error)
    logging.getLogger('fail2ban').handlers.clear()
    answers.append([status, out.getvalue()])
print(json.dumps(answers))
`;

/** Whether there is one to be asked, with its sample lines. */
export function canAskRegex(): boolean {
  return existsSync(INSTALLED) && existsSync(SAMPLES);
}

export interface RegexAnswer {
  /** A text is what it failed with. */
  readonly status: number | string;
  readonly out: string;
}

/** Its output for each list of words on the command line. */
export function askRegex(requests: readonly (readonly string[])[]): readonly RegexAnswer[] {
  const answers: unknown = JSON.parse(
    execFileSync('python3', ['-c', RUN, PROGRAM], {
      ...{ encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 28 },
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      input: JSON.stringify(requests),
    }),
  );
  if (!Array.isArray(answers)) throw new Error('no answers');
  return answers.map((answer: unknown) => {
    const [status, out] = Array.isArray(answer) ? answer : [];
    return { status: typeof status === 'number' ? status : String(status), out: String(out) };
  });
}
