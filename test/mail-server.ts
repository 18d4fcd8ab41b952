/**
 * The real Postfix of Debian on loopback, with a queue of its own, that delivers to maildirs; and what Python's email
 * module, which is not ours, makes of the mails. Needs root, for Postfix does. No test in here.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../src/base/program.ts';
import { until } from './live.ts';
import { put } from './run.ts';

/** Whether it can be started here; says loudly when not. */
export function hasMailServer(): boolean {
  const missing = ['postfix', 'python3'].filter((name) => findProgram(name) === undefined);
  if (process.getuid?.() === 0 && missing.length === 0) return true;
  console.warn(`SKIPPED, no mail server (run as root${missing.map((name) => `, install ${name}`).join('')})`);
  return false;
}

export interface MailServer {
  readonly port: number;
  /** Its `sendmail`. */
  readonly sendmail: string;
  /** The mails that arrived for an address of example.test, whole, in no order. */
  mails(user: string): readonly Buffer[];
  end(): Promise<void>;
}

const MASTER = `pickup   unix n - n 60 1 pickup
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
verify   unix - - n - 1 verify
error    unix - - n - - error
retry    unix - - n - - error
showq    unix n - n - - showq
anvil    unix - - n - 1 anvil
proxymap unix - - n - - proxymap
virtual  unix - n n - - virtual
postlog  unix-dgram n - n - 1 postlogd
`;

/** `folder` is made; it must be one that others than root may pass. */
export async function startMailServer(folder: string): Promise<MailServer> {
  const [config, queue, data, boxes] = ['config', 'queue', 'data', 'boxes'].map((name) => join(folder, name));
  if (!config || !queue || !data || !boxes) throw new Error('no folders');
  for (const each of [folder, config, queue, data, boxes]) mkdirSync(each, { recursive: true });
  for (const each of [folder, config, queue, boxes]) chmodSync(each, 0o755);
  const port = await freePort();
  put(join(config, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${MASTER}`);
  put(join(config, 'main.cf'), mainOf({ queue, data, boxes, log: join(folder, 'log') }));
  await must('chown', ['postfix', data]);
  await must('chown', ['nobody', boxes]);
  const sendmail = put(join(folder, 'sendmail'), `#!/bin/sh\nexec ${findProgram('sendmail')} -C ${config} "$@"\n`);
  chmodSync(sendmail, 0o755);
  await must('postfix', ['-c', config, 'check']);
  const program = startProgram('postfix', ['-c', config, 'start-fg']);
  const said = listening(program);
  await until(
    async () => program.exitCode !== null || (await answers(port)),
    () => `postfix: ${said.text}`,
  );
  return {
    ...{ port, sendmail },
    mails: (user) => mailsIn(join(boxes, user, 'new')),
    end: async () => {
      const ended = new Promise((resolve) => program.once('close', resolve));
      await runProgram('postfix', ['-c', config, 'abort']);
      program.kill('SIGTERM');
      await ended;
    },
  };
}

function mainOf({ queue, data, boxes, log }: Record<'queue' | 'data' | 'boxes' | 'log', string>): string {
  return `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${log}
maillog_file_prefixes = ${log}
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access inline:{
  { gone@example.test = 550 5.1.1 no such user },
  { later@example.test = 450 4.2.0 try again later } }
message_size_limit = 20000000
alias_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_base = ${boxes}
virtual_mailbox_maps = inline:{ ana@example.test=ana/, bob@example.test=bob/, dora@example.test=dora/, gone@example.test=gone/, later@example.test=later/ }
virtual_mailbox_limit = 0
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
`;
}

function mailsIn(box: string): Buffer[] {
  if (!existsSync(box)) return [];
  return readdirSync(box).map((name) => readFileSync(join(box, name)));
}

function listening(program: RunningProgram): { text: string } {
  const said = { text: '' };
  program.stdin.end();
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said.text += text;
    });
  }
  return said;
}

async function must(name: string, args: readonly string[]): Promise<void> {
  const { status, out, err } = await runProgram(name, args);
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: status ${status}\n${out}${err}`);
}

/** Nobody else takes it in the moment between. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function answers(port: number): Promise<boolean> {
  const { status } = await runProgram('python3', ['-c', PROBE, String(port)]);
  return status === 0;
}

const PROBE = `import socket, sys
sys.exit(0 if socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).recv(3) == b"220" else 1)`;

/** A mail as Python's email module has it. */
const parsed = v.object({
  /** In order, decoded. */
  headers: v.array(v.tuple([v.string(), v.string()])),
  /** The same, as they stand in the mail. */
  raw: v.array(v.string()),
  parts: v.array(
    v.object({
      type: v.string(),
      disposition: v.nullable(v.string()),
      encoding: v.nullable(v.string()),
      filename: v.nullable(v.string()),
      cid: v.nullable(v.string()),
      /** Of text the text, of anything else base64; of what has parts nothing. */
      content: v.string(),
    }),
  ),
  /** Mistakes in the form of the mail or a part. */
  defects: v.array(v.string()),
  longest: v.number(),
  /** Of the HTML: each element with the names of its attributes, and every address in one. */
  elements: v.array(v.string()),
  urls: v.array(v.string()),
});
export type ParsedMail = v.InferOutput<typeof parsed>;

const SCRIPT = `import base64, email, email.policy, json, sys
raw = base64.b64decode(sys.stdin.read())
mail = email.message_from_bytes(raw, policy=email.policy.default)
old = email.message_from_bytes(raw, policy=email.policy.compat32)
def content(part):
    if part.is_multipart(): return ""
    if part.get_content_maintype() == "text": return part.get_content()
    return base64.b64encode(part.get_payload(decode=True)).decode()
from html.parser import HTMLParser
class Look(HTMLParser):
    elements, urls = [], []
    def handle_starttag(self, tag, attrs):
        self.elements.append(" ".join([tag] + [name for name, _ in attrs]))
        self.urls.extend(value for name, value in attrs if name in ("href", "src", "action", "background", "srcset"))
look = Look()
for part in mail.walk():
    if part.get_content_type() == "text/html" and not part.is_attachment(): look.feed(part.get_content())
print(json.dumps({
    "elements": look.elements, "urls": look.urls,
    "headers": [[name, str(value)] for name, value in mail.items()],
    "raw": [name + ": " + str(value) for name, value in old.items()],
    "parts": [{"type": part.get_content_type(), "disposition": part.get_content_disposition(),
               "encoding": part["content-transfer-encoding"], "filename": part.get_filename(),
               "cid": part["content-id"], "content": content(part)} for part in mail.walk()],
    "defects": [repr(each) for part in mail.walk() for each in part.defects]
             + [name + ": " + repr(each) for name, value in mail.items() for each in value.defects],
    "longest": max(len(line) for line in raw.splitlines())}))`;

/** The script is given base64: standard input is text here. */
export async function parseMail(mail: Buffer): Promise<ParsedMail> {
  const { status, out, err } = await runProgram('python3', ['-c', SCRIPT], { input: mail.toString('base64') });
  if (status !== 0) throw new Error(err);
  return v.parse(parsed, JSON.parse(out));
}

export function headerOf({ headers }: ParsedMail, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
