/** The part of `rapsheet check` about templates of alerts: each is read as `rapsheet notify run` would, without its secrets. */
import { EXIT, formatProblem, type Problem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { ChannelSettings } from '../config/channels.ts';
import type { Config } from '../config/config.ts';
import { channelTypes, writerOf } from '../notify/channel/index.ts';
import { readTemplate } from './notify-channels.ts';

/** What became of each, a line each; problems go where problems go. `isQuiet`: the problems alone. */
export function checkTemplates({ alerts }: Config, isQuiet: boolean): void {
  for (const channel of alerts.channels.filter(({ template }) => template !== undefined)) {
    const problems = problemsOf(channel);
    const line = `${problems.length === 0 ? 'ok  ' : 'FAIL'} template       ${channel.name}: ${channel.template}`;
    if (!isQuiet) process.stdout.write(`${printable(line)}\n`);
    for (const problem of problems) process.stderr.write(`${printable(formatProblem(problem))}\n`);
    if (problems.length > 0) process.exitCode = EXIT.badConfig;
  }
}

function problemsOf({ type, template }: ChannelSettings): readonly Problem[] {
  const known = channelTypes[type];
  if (!known || template === undefined) return [];
  try {
    writerOf({ template: readTemplate(template) }, known.format);
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}
