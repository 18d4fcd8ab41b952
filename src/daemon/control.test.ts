/** The socket itself: who may use it, and what is in its place already. */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { ask, failure, listening, control as openHere, scratch, type TestControl } from './testing/sockets.ts';
import { groupId } from './unix-socket.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED, other users of the control socket: this needs root');

let folder: string;
beforeEach(() => {
  folder = scratch();
});

const at = (...names: string[]): string => join(folder, ...names);
const control = (given: Parameters<typeof openHere>[0] = {}): Promise<TestControl> =>
  openHere({ path: at('control.sock'), ...given });

describe('who may use it', () => {
  it('the socket has mode 0660 in a folder of mode 0750 that it makes, and the umask is as before', async () => {
    const before = process.umask();
    const { path } = await control({ path: at('run', 'control.sock') });
    expect((lstatSync(path).mode & 0o777).toString(8)).toBe('660');
    expect((statSync(at('run')).mode & 0o777).toString(8)).toBe('750');
    expect(process.umask()).toBe(before);
    expect(await ask(path)).toEqual({ heard: 'status' });
  });

  it('an unknown group is said, and the socket works all the same', async () => {
    const { path, warnings } = await control({ group: 'no-such-group' });
    expect(warnings.join()).toMatch(/no group "no-such-group"/);
    expect(await ask(path)).toEqual({ heard: 'status' });
  });

  it('a folder that anybody may write in is refused', async () => {
    mkdirSync(at('open'), { mode: 0o777 });
    spawnSync('chmod', ['777', at('open')]);
    const error = await failure(control({ path: at('open', 'control.sock') }));
    expect([error.status, error.message]).toEqual([EXIT.badConfig, expect.stringMatching(/anybody may write/)]);
  });

  it('reads the number of a group', () => {
    writeFileSync(at('group'), 'root:x:0:\nrapsheet:x:990:admin\nbroken\nodd:x:abc:\n');
    expect(['rapsheet', 'odd', 'rap', ''].map((name) => groupId(name, at('group')))).toEqual([
      ...[990, undefined, undefined, undefined],
    ]);
    expect(groupId('rapsheet', at('missing'))).toBeUndefined();
  });

  it.runIf(isRoot)('another user is not let in, a member of the group is', async () => {
    spawnSync('chmod', ['755', folder]);
    const group = groupId('nogroup') === undefined ? 'nobody' : 'nogroup';
    const { path } = await control({ path: at('run', 'control.sock'), group });
    const script = `require('node:net').connect(${JSON.stringify(path)}).on('connect', () => process.exit(0)).on('error', (e) => { console.log(e.code); process.exit(1) })`;
    const as = (uid: number, gid: number) =>
      new Promise<string>((resolve) => {
        const child = spawnSync('setpriv', [
          ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', process.execPath, '-e', script],
        ]);
        resolve(`${child.status} ${child.stdout.toString().trim()}`);
      });
    expect(await as(65_533, 65_533)).toBe('1 EACCES');
    // The server answers in this process, which spawnSync holds: the kernel lets them in all the same.
    expect(await as(65_533, groupId(group) ?? 0)).toBe('0 ');
  });
});

describe('what is there already', () => {
  it('a stale socket is replaced', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(at('control.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(lstatSync(at('control.sock')).isSocket()).toBe(true);
    const { path } = await control();
    expect(await ask(path)).toEqual({ heard: 'status' });
  });

  it('a daemon that lives keeps its socket, also one that never answers', async () => {
    const { path } = await control();
    const error = await failure(control());
    expect([error.status, error.message]).toEqual([EXIT.unavailable, expect.stringMatching(/already running/)]);
    expect(await ask(path)).toEqual({ heard: 'status' });
    await listening(at('mute.sock'), () => undefined);
    expect((await failure(control({ path: at('mute.sock') }))).message).toMatch(/already running/);
    expect(lstatSync(at('mute.sock')).isSocket()).toBe(true);
  });

  it.each([
    ['a link to a file', () => symlinkSync(at('victim'), at('control.sock'))],
    ['a link to nothing', () => symlinkSync(at('nothing'), at('control.sock'))],
    ['a file', () => writeFileSync(at('control.sock'), 'a file')],
    ['a folder', () => mkdirSync(at('control.sock'))],
  ])('%s is neither followed nor touched', async (_, plant) => {
    writeFileSync(at('victim'), 'precious');
    plant();
    const error = await failure(control());
    expect([error.status, error.message]).toEqual([EXIT.badConfig, expect.stringMatching(/not touched/)]);
    expect(readFileSync(at('victim'), 'utf8')).toBe('precious');
    expect(existsSync(at('nothing'))).toBe(false);
    expect(lstatSync(at('control.sock')).isSocket()).toBe(false);
  });

  it('a link to the socket of another is not taken for ours', async () => {
    await listening(at('other.sock'), () => undefined);
    symlinkSync(at('other.sock'), at('control.sock'));
    expect((await failure(control())).message).toMatch(/symbolic link/);
  });

  it('closing takes away its own socket and no other', async () => {
    const first = await control();
    await first.close();
    expect(existsSync(first.path)).toBe(false);
    const second = await control();
    rmSync(second.path);
    const third = await control();
    await second.close();
    expect(await ask(third.path)).toEqual({ heard: 'status' });
  });

  it('a path that the kernel would cut is refused', async () => {
    const error = await failure(control({ path: at('x'.repeat(120)) }));
    expect([error.status, error.message]).toEqual([EXIT.badConfig, expect.stringMatching(/107 bytes/)]);
  });
});
