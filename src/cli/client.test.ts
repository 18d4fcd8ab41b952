import { describe, expect, it } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { clientCommand } from './client.ts';
import { fakeDaemon, runCommand } from './testing.ts';

describe('rapsheet client', () => {
  it.each([
    [['-t'], /rapsheet check --fail2ban/],
    [['--test'], /rapsheet check --fail2ban/],
    [['-d'], /rapsheet client get JAIL OPTION/],
    [['--dp'], /rapsheet client get JAIL OPTION/],
    [['-i'], /each command by itself/],
    [['-x', 'start'], /systemctl start rapsheet/],
    [['-p', '/run/x.pid', 'start'], /systemctl start rapsheet/],
  ])('%j: says what to use instead', async (given, hint) => {
    const { status, out, err } = await runCommand(clientCommand(), given);
    expect([status, out, err]).toEqual([EXIT.usage, '', expect.stringMatching(hint)]);
  });

  it('tells the version in the shape of the original', async () => {
    expect(await runCommand(clientCommand(), ['-V'])).toMatchObject({ status: 0, out: '1.1.0\n' });
    const { out } = await runCommand(clientCommand(), ['--version']);
    expect(out).toMatch(/^Rapsheet v\d+\.\d+\.\d+, in the words of Fail2Ban v1\.1\.0\n$/);
  });

  it('takes what changes nothing, and the socket by its short name', async () => {
    const { socket, asked } = await fakeDaemon({ fail2ban: [0, 'pong'] });
    const { out, status } = await runCommand(clientCommand(), ['-q', '-v', '-s', socket, 'ping']);
    expect([status, out]).toEqual([0, 'Server replied: pong\n']);
    expect(asked).toMatchObject([{ verb: 'fail2ban', command: ['ping'] }]);
  });

  it('tells a mistake in the configuration where the original does, with its status', async () => {
    const what = "Failed during configuration: No section: 'nope'";
    const { socket } = await fakeDaemon({ fail2ban: [1, { error: 'Exception', what }] });
    const asked = await runCommand(clientCommand(), ['-s', socket, 'reload', 'nope']);
    expect(asked).toMatchObject({ status: 255, out: '', err: `ERROR   ${what}\n` });
  });
});
