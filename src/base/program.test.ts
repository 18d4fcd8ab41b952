import { describe, expect, it } from 'vitest';
import { findProgram, ProgramError, runProgram, runShell, startProgram } from './program.ts';

describe('findProgram()', () => {
  it('looks in the folders of the system only', () => {
    expect(findProgram('sh')).toMatch(/^\/(?:usr\/)?bin\/sh$/);
    expect(findProgram('no-such-program')).toBeUndefined();
    expect(findProgram('')).toBeUndefined();
    expect(findProgram('../bin/sh')).toBeUndefined();
    expect(findProgram('/bin')).toBeUndefined();
    expect(findProgram(process.execPath)).toBe(process.execPath);
  });
});

describe('runProgram()', () => {
  it('gives back what a program says, and its status', async () => {
    const program = 'process.stdout.write("out ü"); process.stderr.write("err"); process.exitCode = 3';
    expect(await runProgram(process.execPath, ['-e', program])).toEqual({ status: 3, out: 'out ü', err: 'err' });
  });

  it('passes arguments on as they are, and the input', async () => {
    const hostile = '$(id); `id` "\' \n *';
    const { out } = await runProgram('printf', ['%s', hostile]);
    expect(out).toBe(hostile);
    const input = 'ü\n'.repeat(100_000);
    expect((await runProgram('cat', [], { input })).out).toBe(input);
  });

  it('does not mind a program that leaves its input unread', async () => {
    expect(await runProgram('true', [], { input: 'x'.repeat(1_000_000) })).toMatchObject({ status: 0 });
  });

  it('gives it an environment of its own', async () => {
    const { out } = await runProgram('env', [], { environment: { LAMP: 'on' } });
    expect(out.trim().split('\n').sort()).toEqual([
      'LAMP=on',
      'LC_ALL=C',
      expect.stringMatching(/^PATH=\/usr\/sbin:\/usr\/bin/),
    ]);
  });

  it('tells the process id', async () => {
    let pid = 0;
    const { out } = await runProgram(process.execPath, ['-p', 'process.pid'], { started: (id) => (pid = id) });
    expect(Number(out)).toBe(pid);
  });

  it('has a status of null when a signal ended the program', async () => {
    const program = 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 60000)';
    expect(await runProgram(process.execPath, ['-e', program])).toMatchObject({ status: null });
  });

  it('ends a program that takes too long', async () => {
    const running = runProgram('sleep', ['60'], { timeoutMs: 50 });
    await expect(running).rejects.toThrow('sleep: did not end within 50 ms');
    await expect(running).rejects.toBeInstanceOf(ProgramError);
  });

  it('does not wait for what a program left running with its streams', async () => {
    const program = `require('node:child_process').spawn('sleep', ['3'], { stdio: 'inherit', detached: true }).unref()`;
    await expect(runProgram(process.execPath, ['-e', program], { timeoutMs: 500 })).rejects.toThrow(
      'did not end within',
    );
  });

  it('ends a program that says too much', async () => {
    await expect(runProgram('cat', ['/dev/zero'])).rejects.toThrow('said more than 67108864 bytes');
  });

  it('says that a program is not installed, or cannot be started', async () => {
    await expect(runProgram('no-such-program', [])).rejects.toThrow('no-such-program: is not installed');
    await expect(runProgram('true', ['a\0b'])).rejects.toBeInstanceOf(ProgramError);
  });
});

describe('startProgram()', () => {
  it('leaves a program running until it is ended', async () => {
    const child = startProgram('cat', []);
    const echoed = new Promise((resolve) => child.stdout.once('data', (piece: Buffer) => resolve(piece.toString())));
    child.stdin.write('hello\n');
    expect(await echoed).toBe('hello\n');
    const closed = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
    child.kill('SIGKILL');
    expect(await closed).toBe('SIGKILL');
  });

  it('throws when it is not installed', () => {
    expect(() => startProgram('no-such-program', [])).toThrow(ProgramError);
  });
});

describe('runShell()', () => {
  it('runs a command with variables of its own, in a clean environment', async () => {
    const hostile = '$(id); `id` "\' \n *';
    const command = {
      text: 'printf %s "$lamp"; echo err >&2; exit 3',
      variables: { lamp: hostile },
      timeoutMs: 10_000,
    };
    expect(await runShell(command)).toEqual({ status: 3, out: hostile, err: 'err\n', isLate: false });
    const { out } = await runShell({ text: 'env', variables: { PATH: '/elsewhere', lamp: 'on' }, timeoutMs: 10_000 });
    expect(out).toContain('PATH=/usr/sbin:/usr/bin');
    expect(out).toContain('lamp=on');
    expect(out).not.toContain('HOME=');
  });

  it('ends a command that takes too long, with all that it started', async () => {
    const text = 'sleep 61 & echo $!; trap "" TERM; sleep 62';
    const { status, isLate, out } = await runShell({ text, variables: {}, timeoutMs: 300 });
    expect([status, isLate]).toEqual([null, true]);
    const { status: alive } = await runProgram('kill', ['-0', out.trim()]);
    expect(alive).not.toBe(0);
  });

  it('does not wait for what a command left running with its streams', async () => {
    const { status, out } = await runShell({ text: 'sleep 5 & echo $!', variables: {}, timeoutMs: 60_000 });
    expect(status).toBe(0);
    process.kill(Number(out));
  });

  it('keeps the beginning of what a command says, and lets it say the rest', async () => {
    const text = 'head -c 1000000 /dev/zero | tr "\\0" x; exit 1';
    const { status, out } = await runShell({ text, variables: {}, timeoutMs: 10_000 });
    expect([status, out.length]).toEqual([1, 65_536]);
  });
});
