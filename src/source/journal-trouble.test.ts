/** The journal where journalctl is missing, refuses, or writes faster than anybody reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../base/program.ts';
import { cleanUp, folder, MATCHES, open, readLines, untilTrouble } from './testing-journal.ts';

afterEach(cleanUp);

describe('the journal without journalctl', () => {
  const options = { host: 'web1', matches: MATCHES, cursor: undefined, clock: Date.now, onWake: () => undefined };

  it('says so', () => {
    const runner = (args: readonly string[]): RunningProgram => startProgram('rsjl-no-such-program', args);
    const { log, source } = open({ ...options, runner });
    expect(log.read()).toBeUndefined();
    source.look();
    const what = 'rsjl-no-such-program: is not installed';
    expect(log.state()).toMatchObject({ state: 'unreadable', problems: [{ what }] });
  });

  it.each([
    ['Hint: You are currently not seeing messages from other users and the system.', 'unreadable', 'no permission'],
    ['No journal files were opened due to insufficient permissions.', 'unreadable', 'no permission'],
    ['No journal files were found.', 'waiting', 'there is no journal'],
    ['Segmentation fault', 'unreadable', 'journalctl ended: Segmentation fault'],
  ])('tells what %j means', async (complaint, state, what) => {
    const script = join(folder(), 'journalctl');
    writeFileSync(script, `#!/bin/sh\necho '${complaint}' >&2\n`, { mode: 0o755 });
    const { log, source } = open({ ...options, runner: (args) => startProgram(script, args) });
    await untilTrouble({ log, source });
    expect(log.state().state).toBe(state);
    expect(log.state().problems[0]?.what).toContain(what);
  });

  it('stops reading when nobody takes the lines, and goes on when somebody does', async () => {
    const script = join(folder(), 'journalctl');
    const line = `{"__CURSOR":"s=1;i=1","MESSAGE":"${'x'.repeat(960)}"}`;
    writeFileSync(script, `#!/bin/sh\nyes '${line}' | head -n 8000\nsleep 60\n`, { mode: 0o755 });
    const following = open({ ...options, runner: (args) => startProgram(script, args) });
    for (let turn = 0; turn < 500 && following.log.state().behind < 1_048_576; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(following.log.state().behind).toBeLessThan(1_048_576 + 2 * 65_536);
    expect((await readLines(following, 8_000)).lines).toHaveLength(8_000);
  });
});
