import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sendmailPost } from './sendmail.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-sendmail-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const message = Buffer.from('Subject: hello\n\n.\nhello\n');
const envelope = { from: 'rapsheet@example.test', to: ['ana@example.test', '-bob@example.test'] };
const patience = (): AbortSignal => AbortSignal.timeout(20_000);

function program(script: string): string {
  const path = join(folder, `sendmail-${script.length}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

it('hands the message over on standard input, and addresses as arguments that are no options', async () => {
  const path = program(`printf '%s\\n' "$@" > ${folder}/arguments; cat > ${folder}/message`);
  await sendmailPost(path).deliver(message, envelope, patience());
  expect(readFileSync(join(folder, 'arguments'), 'utf8').split('\n')).toEqual([
    ...['-i', '-f', 'rapsheet@example.test', '--', 'ana@example.test', '-bob@example.test', ''],
  ]);
  expect(readFileSync(join(folder, 'message'))).toEqual(message);
});

it.each([
  ['echo no such user >&2; exit 67', true, /ended with status 67: no such user$/],
  ['printf "\\033[2Jbusy\\nmore" >&2; exit 75', false, /ended with status 75: \\x1b\[2Jbusy$/],
  ['exit 69', false, /ended with status 69$/],
  ['kill -9 $$', false, /ended with status null$/],
])('tells what came of `%s` (final: %s)', async (script, isFinal, what) => {
  await expect(sendmailPost(program(script)).deliver(message, envelope, patience())).rejects.toMatchObject({
    isFinal,
    message: expect.stringMatching(what),
  });
});

it('starts nothing that is not there, and nothing when the time is over', async () => {
  const missing = sendmailPost(join(folder, 'missing'));
  await expect(missing.deliver(message, envelope, patience())).rejects.toMatchObject({ isFinal: false });
  const late = sendmailPost(program(`touch ${folder}/started`));
  await expect(late.deliver(message, envelope, AbortSignal.abort())).rejects.toMatchObject({ isFinal: false });
  expect(() => readFileSync(join(folder, 'started'))).toThrow();
});
