/** What the client makes of a daemon that is away, hangs or talks nonsense. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { askDaemon, DaemonSilent } from './client.ts';
import { ask, failure, listening, scratch } from './testing/sockets.ts';

let folder: string;
beforeEach(() => {
  folder = scratch();
});

const at = (...names: string[]): string => join(folder, ...names);

describe('the client', () => {
  it('says when nobody listens', async () => {
    const error = await failure(ask(at('nothing.sock')));
    expect(error instanceof DaemonSilent && error.silence).toBe('down');
    expect([error.status, error.message]).toEqual([EXIT.unavailable, expect.stringMatching(/systemctl status/)]);
    writeFileSync(at('file'), '');
    expect((await failure(ask(at('file')))).status).toBe(EXIT.unavailable);
  });

  it('says when the daemon hangs, and when it hangs up', async () => {
    await listening(at('mute.sock'), () => undefined);
    const error = await failure(askDaemon(at('mute.sock'), { verb: 'status' }, { timeoutMs: 200 }));
    expect(error instanceof DaemonSilent && error.silence).toBe('hung');
    expect([error.status, error.message]).toEqual([EXIT.unavailable, expect.stringMatching(/says nothing for 0.2 s/)]);
    await listening(at('gone.sock'), (socket) => socket.destroy());
    expect((await failure(ask(at('gone.sock')))).status).toBe(EXIT.unavailable);
  });

  it.each([
    ['no JSON', 'hello\n'],
    ['another object', '{"hello":1}\n'],
    ['a status that means success', '{"ok":false,"status":0,"problems":[{"what":"x"}]}\n'],
    ['problems that are none', '{"ok":false,"status":69,"problems":"all"}\n'],
  ])('does not believe %s', async (_, answer) => {
    await listening(at('odd.sock'), (socket) => socket.end(answer));
    expect((await failure(ask(at('odd.sock')))).status).toBe(EXIT.unavailable);
  });
});
