/** Whom an installation never bans, and what of it our allowlist cannot say. */
import type { Network } from '../../base/address.ts';
import { splitWords } from '../config/call.ts';
import type { FileTree } from '../config/file-tree.ts';
import type { JailFile } from '../config/jail-file.ts';
import { addressMistake, parseIdentity } from '../identity.ts';

export interface AllowedEntry {
  readonly network: Network;
  readonly reason: string;
  /** Which jails have it, when not all do: `[sshd] only`, `all but [dovecot]`. */
  readonly whose?: string;
}

export interface Allowed {
  readonly entries: readonly AllowedEntry[];
  /** Words that are no address, with the jails that have them: they protect nobody here. */
  readonly unknown: readonly UnknownWord[];
  /** Files whose addresses were read now, and are not read again. */
  readonly files: readonly { readonly path: string; readonly entries: number; readonly fault?: string }[];
}

export interface UnknownWord {
  readonly word: string;
  readonly whose: string;
  /** What is wrong with it; undefined for the name of a host. */
  readonly mistake: string | undefined;
}

/** Entries that are written; an allowlist beyond this is a file that is better read as one. */
const ENTRIES_MAX = 5_000;
/** They stand in the default configuration. */
const ALWAYS = new Set(['127.0.0.0/8', '::1', '::1/128', '127.0.0.1']);

export function allowedOf(tree: FileTree, jails: readonly JailFile[]): Allowed {
  const words = new Map<string, string[]>();
  for (const { name, ignoreIp } of jails) {
    for (const word of ignoreIp) words.set(word, [...(words.get(word) ?? []), name]);
  }
  const names = jails.map(({ name }) => name);
  const gathering = new Gathering(tree);
  for (const [word, having] of words) gathering.add(word, whoseOf(having, names));
  return { entries: [...gathering.entries.values()], unknown: gathering.unknown, files: gathering.files };
}

function whoseOf(having: readonly string[], all: readonly string[]): string {
  const others = all.filter((name) => !having.includes(name));
  if (others.length === 0) return EVERY;
  const listed = (names: readonly string[]): string => names.map((name) => `[${name}]`).join(', ');
  return others.length < having.length ? `all jails but ${listed(others)}` : `${listed(having)} only`;
}

const EVERY = 'all jails';

class Gathering {
  readonly entries = new Map<string, AllowedEntry>();
  readonly unknown: UnknownWord[] = [];
  readonly files: { path: string; entries: number; fault?: string }[] = [];
  readonly #tree: FileTree;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  add(word: string, whose: string): void {
    const file = /^file:(?:\/\/)?(.+)$/.exec(word)?.[1];
    if (file !== undefined) {
      this.#addFile(file, whose);
      return;
    }
    const identity = parseIdentity(word);
    if (identity.type === 'network') this.#put(identity.network, 'ignoreip of fail2ban', whose);
    else this.unknown.push({ word, whose, mistake: addressMistake(word) });
  }

  #addFile(path: string, whose: string): void {
    const content = this.#tree.read(path);
    if (!('text' in content)) {
      const fault = 'missing' in content ? 'there is no such file' : content.fault;
      this.files.push({ path, entries: 0, fault });
      return;
    }
    let entries = 0;
    for (const word of splitWords(content.text, 'comments')) {
      const identity = parseIdentity(word);
      if (identity.type !== 'network') {
        this.unknown.push({ word: `${word} (${path})`, whose, mistake: addressMistake(word) });
        continue;
      }
      this.#put(identity.network, `ignoreip of fail2ban, from ${path}`, whose);
      entries++;
    }
    this.files.push({ path, entries });
  }

  #put(network: Network, reason: string, whose: string): void {
    if (ALWAYS.has(network.text) || this.entries.has(network.text) || this.entries.size >= ENTRIES_MAX) return;
    this.entries.set(network.text, { network, reason, ...(whose === EVERY ? {} : { whose }) });
  }
}
