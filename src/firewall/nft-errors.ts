/** What nft's complaints mean, and what a person can do about them. */
import { ProgramError } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';
import { FirewallError } from './firewall.ts';

/** Enough for the sentence; nft repeats the whole command after it. */
const SHOWN_MAX = 200;

/** Whether nft refused anything: it also warns. */
export function hasError(said: string): boolean {
  return /\bError: /.test(said);
}

export function isFull(said: string): boolean {
  return /Too many open files|No space left/.test(said);
}

/** That something of the table is not there, or that the element is not. */
export function isMissing(said: string): boolean {
  return /No such file or directory|does not exist/.test(said);
}

/** Errors that do not lie in what was asked for, and would meet every other change too. */
export function isGeneral(said: string): boolean {
  return /Operation not permitted|Permission denied|cache initialization failed|Unable to initialize|Protocol not supported/i.test(
    said,
  );
}

/** Why one subject was refused. */
export function refusalOf(said: string, capacity: number): string {
  if (isFull(said)) return `the kernel's set is full (${capacity} elements)`;
  return sentenceOf(said);
}

export function failureOf(said: string): FirewallError {
  if (/Operation not permitted|Permission denied/i.test(said)) {
    return new FirewallError('nft is not permitted to change the firewall', {
      hint: 'run as root, or give the process CAP_NET_ADMIN',
    });
  }
  if (/Protocol not supported|Unable to initialize/i.test(said)) {
    return new FirewallError(`the kernel has no nftables: ${sentenceOf(said)}`, {
      hint: 'load the module nf_tables, or set firewall.type = "ipset"',
    });
  }
  return new FirewallError(`nft: ${sentenceOf(said)}`);
}

/** Of what starting nft threw. */
export function programFailure(error: unknown): FirewallError {
  if (error instanceof FirewallError) return error;
  if (error instanceof ProgramError && /not installed/.test(error.message)) {
    return new FirewallError('nft is not installed', {
      hint: 'install the package nftables, or set firewall.type = "ipset"',
      cause: error,
    });
  }
  return new FirewallError(error instanceof Error ? error.message : String(error), { cause: error });
}

/** The first complaint, without where it stands. */
function sentenceOf(said: string): string {
  const [, sentence] = /\bError: ([^\n]*)/.exec(said) ?? [];
  return ellipsis(printable(sentence ?? said.split('\n')[0] ?? ''), SHOWN_MAX);
}
