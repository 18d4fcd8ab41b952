/** The real logrotate against a writer of its own process, while the log is followed. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { scratch } from './testing.ts';
import { follow } from './testing-follow.ts';

const LOGROTATE = '/usr/sbin/logrotate';
const LINES = 6_000;
/** Keeps its file open, as daemons do, opens it anew when it is told to by SIGHUP, and says that it did. */
const WRITER = `
const fs = require('fs');
let file = fs.openSync(process.argv[1], 'a');
process.on('SIGHUP', () => { fs.closeSync(file); file = fs.openSync(process.argv[1], 'a'); fs.writeFileSync(process.argv[2], ''); });
let line = 0;
const timer = setInterval(() => {
  for (let i = 0; i < 20 && line < ${LINES}; i++) fs.writeSync(file, String(line++).padStart(8, '0') + ' a line of some length '.repeat(9) + '\\n');
  if (line === ${LINES}) clearInterval(timer);
}, 5);
`;

const run = promisify(execFile);
const exited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

it.each([
  ['create', 'compress', 'delaycompress'],
  ['create', 'compress', 'nodelaycompress'],
  ['nocreate', 'nocompress', 'dateext\ndateformat -%Y%m%d-%s'],
  ['copytruncate', 'nocompress', ''],
  ['copytruncate', 'compress', ''],
])('%s, %s, %s', async (way, compress, more) => {
  if (!existsSync(LOGROTATE)) {
    console.warn('SKIPPED: logrotate is not installed');
    return;
  }
  const directory = scratch({ 'x.log': '' });
  const path = join(directory, 'x.log');
  const reopened = join(directory, 'reopened');
  const child = spawn(process.execPath, ['-e', WRITER, path, reopened], { stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  // logrotate compresses next, and what is written to the old file behind its back is lost: not by whoever follows.
  const wait = `while kill -0 ${child.pid} && [ ! -e ${reopened} ]; do sleep 0.01; done`;
  const script = `postrotate\nrm -f ${reopened}\nkill -HUP ${child.pid}\n${wait}\nendscript`;
  const tell = way === 'copytruncate' ? '' : script;
  const config = join(directory, 'rotate.conf');
  writeFileSync(
    config,
    `${path} {\n${process.getuid?.() === 0 ? 'su root root' : ''}\nrotate 100\n${way}\n${compress}\n${more}\n${tell}\n}\n`,
    {
      mode: 0o600,
    },
  );
  let follower = await follow([path]);
  let text = '';
  let rotation: Promise<unknown> | undefined;
  let rotations = 0;
  for (let turn = 0; !exited(child); turn++) {
    follower.look();
    await new Promise((resolve) => setTimeout(resolve, 7));
    // A writer that has not begun yet would be ended by the signal.
    if (turn % 10 !== 5 || text + follower.text === '') continue;
    await rotation;
    rotation = run(LOGROTATE, ['-f', '-s', join(directory, 'state'), config]).then(
      () => rotations++,
      // Two within a second have the same date, and between the rename and the signal there is nothing to rotate.
      () => undefined,
    );
    if (turn % 20 !== 5) continue;
    // Stopped and started in the middle of a rotation.
    const positions = follower.positions();
    text += follower.text;
    await follower.source.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    follower = await follow([path], positions);
  }
  await rotation;
  await follower.settle();
  text += follower.text;
  const numbers = text.split('\n').slice(0, -1).map(Number.parseFloat);
  expect(rotations).toBeGreaterThan(1);
  expect(numbers.findIndex((number, i) => i > 0 && !(number > (numbers[i - 1] ?? 0)))).toBe(-1);
  if (way === 'copytruncate') expect(numbers.length).toBeGreaterThan(LINES / 2);
  else expect(numbers).toEqual(Array.from({ length: LINES }, (_, i) => i));
});
