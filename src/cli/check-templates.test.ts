/** `rapsheet check` reads the templates of alerts, each with the rules of its service, and needs no secret for it. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { put } from '../../test/run.ts';
import { EXIT } from '../base/problem.ts';
import { checkCommand } from './check.ts';
import { runCommand, type Said, scratch } from './testing.ts';

async function check(templates: Readonly<Record<string, string>>, ...more: readonly string[]): Promise<Said> {
  const folder = scratch();
  const channels = Object.entries(templates).map(([type, text]) => {
    const path = put(join(folder, `${type}.txt`), text);
    return `[[channel]]\ntype = "${type}"\nname = "my-${type}"\ntoken_file = "no-such-credential"\ntemplate = "${path}"\n`;
  });
  const said = await runCommand(checkCommand(), [
    '-c',
    put(join(folder, 'rapsheet.toml'), channels.join('\n')),
    ...more,
  ]);
  return { ...said, out: said.out.replaceAll(folder, ''), err: said.err.replaceAll(folder, '') };
}

it('says that good ones are good', async () => {
  const { out, err, status } = await check({ ntfy: '{{ban.subject}}', json: '{"text": "{{title}}"}' });
  expect(out).toContain('ok   template       my-ntfy: /ntfy.txt\nok   template       my-json: /json.txt\n');
  expect([err.includes('template'), status]).toEqual([false, EXIT.done]);
});

it('names file, line and column, and what was likely meant', async () => {
  const { out, err, status } = await check({
    ntfy: 'Hello\n  {{ban.subjekt}}',
    json: '{"text": {{title}}}',
    telegram: '<b>{{title}}',
  });
  expect(err).toContain('/ntfy.txt:2:3: there is no ban.subjekt (did you mean ban.subject?)\n');
  expect(err).toContain('/json.txt: of a ban, what it makes is no JSON\n');
  expect(err).toMatch(/^\/telegram\.txt: of a ban, .+$/m);
  expect(out.match(/^FAIL template.*/gm)).toHaveLength(3);
  expect(status).toBe(EXIT.badConfig);
});

it('says it of one that is not there, and prints nothing of them as JSON', async () => {
  const folder = scratch();
  const path = join(folder, 'none.txt');
  const config = put(join(folder, 'c.toml'), `[[channel]]\ntype = "ntfy"\nname = "n"\ntemplate = "${path}"\n`);
  const { out, err, status } = await runCommand(checkCommand(), ['-c', config, '--json']);
  expect(err).toContain(`${path}: the template cannot be read`);
  expect(out).not.toContain('template');
  expect(status).toBe(EXIT.badConfig);
});
