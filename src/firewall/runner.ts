/** Who starts programs for a firewall: the system itself, or in tests something that does it inside a namespace. */
import {
  type ProgramOptions,
  type ProgramResult,
  type RunningProgram,
  runProgram,
  startProgram,
} from '../base/program.ts';

export interface Runner {
  /** As `runProgram`. */
  run(name: string, args: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
  /** As `startProgram`. */
  start(name: string, args: readonly string[], environment?: Readonly<Record<string, string>>): RunningProgram;
}

export const SYSTEM: Runner = { run: runProgram, start: startProgram };
