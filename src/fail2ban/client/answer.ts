/** What fail2ban's server answers to a command of its client. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { pythonQuoted } from '../python-text.ts';
import type { Served, ServedBan, ServedJail } from './served.ts';
import { banSpan } from './span.ts';
import { Raised, Tuple, type Value } from './value.ts';

/** Answers that are errors, as the original counts: 0 is good. */
const GOOD = 0;
const BAD = 1;

/** Options of the server that are numbers, for clients that calculate with them. */
const NUMBERS: ReadonlySet<string> = new Set(['dbmaxmatches', 'dbpurgeage']);
const RELOAD_OPTIONS: ReadonlySet<string> = new Set(['--restart', '--unban', '--if-exists']);
/** What is not done at run time, with who does it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  start: 'the service is started and stopped by the system: systemctl start rapsheet',
  stop: 'the service is started and stopped by the system: systemctl stop rapsheet',
  add: 'jails are added in the configuration: then reload',
};

/** The server's answer: a pair of 0 and what was asked for, or of 1 and the error. */
export async function answer(command: Value, served: Served): Promise<Tuple> {
  try {
    return new Tuple(GOOD, await new Answerer(served).answer(wordsOf(command)));
  } catch (error) {
    if (error instanceof Refused) return new Tuple(BAD, error.raised);
    if (!(error instanceof ProblemError)) throw error;
    return new Tuple(BAD, new Raised('Exception', wordsOfProblems(error)));
  }
}

function wordsOfProblems({ problems }: ProblemError): string {
  return problems.map(({ where, what }) => (where === undefined ? what : `${where}: ${what}`)).join('; ');
}

class Refused extends Error {
  readonly raised: Raised;

  constructor(raised: Raised) {
    super(raised.argument);
    this.raised = raised;
  }
}

function refuse(what: string): Refused {
  return new Refused(new Raised('Exception', what));
}

/** A command's words. The configuration that the original's client sends with `reload` is left out: ours is read anew. */
function wordsOf(command: Value): readonly string[] {
  const items = command instanceof Tuple ? command.items : command;
  if (!Array.isArray(items)) throw refuse('Invalid command');
  const words: string[] = [];
  for (const item of items) {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') words.push(String(item));
    else if (words[0] !== 'reload') throw refuse('Invalid command');
  }
  return words;
}

class Answerer {
  readonly #served: Served;

  constructor(served: Served) {
    this.#served = served;
  }

  async answer(words: readonly string[]): Promise<Value> {
    const [verb = '', ...rest] = words;
    switch (verb) {
      case 'ping':
        return 'pong';
      case 'version':
        return this.#served.version;
      case 'echo':
        return rest;
      case 'server-status':
        return 'Server ready';
      case 'flushlogs':
        return 'flushed';
      case 'status':
        return this.#status(rest);
      case 'stats':
      case 'statistic':
      case 'statistics':
        return this.#statistics();
      case 'banned':
        return this.#banned(rest);
      case 'unban':
        return this.#unban(rest);
      case 'get':
        return this.#get(rest);
      case 'set':
        return this.#set(rest);
      case 'reload':
      case 'restart':
        return this.#reload(rest);
      default:
        throw refuse(ELSEWHERE[verb] ?? 'Invalid command');
    }
  }

  /** All is read anew, whichever jail is named; but that has to be one. */
  async #reload(words: readonly string[]): Promise<Value> {
    const from = words.findIndex((word) => !RELOAD_OPTIONS.has(word));
    const [name, ...others] = from < 0 ? [] : words.slice(from);
    if (name !== undefined && others.length > 0) {
      throw refuse(`Unexpected argument(s) for reload: [${[name, ...others].map(pythonQuoted).join(', ')}]`);
    }
    try {
      await this.#served.reload(name === '--all' ? undefined : name);
    } catch (error) {
      // What waits for a person is no mistake.
      if (!(error instanceof ProblemError) || error.status === EXIT.no) throw error;
      throw refuse(`Failed during configuration: ${wordsOfProblems(error)}`);
    }
    return 'OK';
  }

  #status([name, flavor = 'basic']: readonly string[]): Value {
    const names = this.#served.jails();
    if (name === undefined) {
      return [new Tuple('Number of jail', names.length), new Tuple('Jail list', [...names].sort().join(', '))];
    }
    if (name !== '--all') return statusOf(this.#jail(name), flavor);
    return new Map(names.map((each) => [each, statusOf(this.#jail(each), flavor)]));
  }

  #statistics(): Value {
    return new Map(
      this.#served.jails().map((name) => {
        const { backend, failed, banned, totalBanned } = this.#jail(name);
        const counts = [new Tuple(failed.current, failed.total), new Tuple(banned.length, totalBanned)];
        return [name, [backend, ...counts]];
      }),
    );
  }

  #banned(subjects: readonly string[]): Value {
    const jails = this.#served.jails().map((name) => this.#jail(name));
    if (subjects.length === 0) return jails.map(({ name, banned }) => new Map([[name, subjectsOf(banned)]]));
    return subjects.map((subject) => jails.filter((jail) => isBanned(jail, subject)).map(({ name }) => name));
  }

  #unban(subjects: readonly string[]): Promise<number> {
    if (subjects.length === 0) throw refuse('Invalid command');
    return this.#served.unban(subjects.length === 1 && subjects[0] === '--all' ? 'all' : subjects, undefined);
  }

  #get(words: readonly string[]): Value {
    const [name = '', option, ...rest] = words;
    if (option === undefined) return this.#serverOption(name);
    const jail = this.#jail(name);
    switch (option) {
      case 'banip':
        return rest[0] === '--with-time' ? byEnd(jail.banned).map(banSpan) : subjectsOf(byEnd(jail.banned));
      case 'banned':
        return rest.length === 0 ? subjectsOf(jail.banned) : rest.map((subject) => (isBanned(jail, subject) ? 1 : 0));
      case 'logpath':
        return jail.files;
      default:
        return optionOf(jail, option, rest);
    }
  }

  #serverOption(name: string): Value {
    const value = this.#served.options.get(name);
    if (value === undefined) throw refuse('Invalid command (no get action or not yet implemented)');
    if (NUMBERS.has(name)) return Number(value);
    return value === 'None' ? null : value;
  }

  async #set(words: readonly string[]): Promise<Value> {
    const [name = '', option, ...rest] = words;
    if (option !== 'banip' && option !== 'unbanip') {
      if (option !== undefined && rest.length > 0) this.#jail(name);
      throw refuse(`${option ?? name} is not changed at run time: change the configuration, then reload`);
    }
    const jail = this.#jail(name);
    if (option === 'banip') return this.#served.ban(name, rest);
    const [first, ...others] = rest;
    if (first !== '--report-absent') return this.#served.unban(rest, name);
    const absent = others.filter((subject) => !isBanned(jail, subject));
    if (absent.length === 0) return this.#served.unban(others, name);
    // As the original, which lifts the others all the same.
    await this.#served.unban(
      others.filter((subject) => isBanned(jail, subject)),
      name,
    );
    throw new Refused(new Raised('ValueError', `not banned: [${absent.map((subject) => `'${subject}'`).join(', ')}]`));
  }

  #jail(name: string): ServedJail {
    const jail = this.#served.jail(name);
    if (!jail) throw new Refused(new Raised('UnknownJailException', name));
    return jail;
  }
}

function statusOf({ failed, files, journal, banned, totalBanned }: ServedJail, flavor: string): Value {
  const watched = journal.length > 0 ? new Tuple('Journal matches', journal) : new Tuple('File list', files);
  const filter = [new Tuple('Currently failed', failed.current), new Tuple('Total failed', failed.total), watched];
  const actions = [new Tuple('Currently banned', banned.length), new Tuple('Total banned', totalBanned)];
  if (flavor !== 'short') actions.push(new Tuple('Banned IP list', subjectsOf(banned)));
  if (flavor === 'cymru') actions.push(...originsOf(banned));
  return [new Tuple('Filter', filter), new Tuple('Actions', actions)];
}

/** Where the original asks Team Cymru, the record knows, but for the registry. */
function originsOf(banned: readonly ServedBan[]): Tuple[] {
  const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
  return [
    new Tuple('Banned ASN list', distinct(banned.map(({ asn }) => (asn === undefined ? 'nxdomain' : `${asn}`)))),
    new Tuple('Banned Country list', distinct(banned.map(({ country }) => country ?? 'nxdomain'))),
    new Tuple('Banned RIR list', []),
  ];
}

function optionOf({ options }: ServedJail, option: string, rest: readonly string[]): Value {
  const value = options.get([option, ...rest].join(' ')) ?? options.get(option);
  if (value === undefined) throw refuse('Invalid command (no get action or not yet implemented)');
  return value;
}

function subjectsOf(banned: readonly ServedBan[]): string[] {
  return banned.map(({ subject }) => subject);
}

function byEnd(banned: readonly ServedBan[]): readonly ServedBan[] {
  const end = ({ from, length }: ServedBan): number => (length < 0 ? Number.POSITIVE_INFINITY : from + length);
  return [...banned].sort((a, b) => (end(a) === end(b) ? 0 : end(a) - end(b)));
}

function isBanned({ banned }: ServedJail, text: string): boolean {
  return banned.some(({ subject }) => subject === text);
}
