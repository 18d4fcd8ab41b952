/**
 * Derives literals from an expression: strings of which every text that it matches has at least one, byte for byte. The
 * skimmer looks for them, and only lines that have one are ever decoded.
 */
import { asciiMembers, isAsciiWord } from './charset.ts';
import { type Node, type RepeatNode, sequence } from './node.ts';

/** Longer adds no selectivity, and costs when it is compared. */
const LITERAL_MAX = 24;
/** Strings of one set; more of them are looked for in vain too often. */
const BRANCHES_MAX = 96;
/** Characters that one place may have: both cases of a letter, a few signs. */
const CHARACTERS_MAX = 4;
/** Ways through an optional part that are told apart. */
const WAYS_MAX = 4;
/** From here on, length says little about how rare a literal is. */
const TELLING_LENGTH = 12;

/** What honest lines are full of: a literal that occurs here would have nearly every line decoded. */
const USUAL = [
  'Accepted publickey for user from port ssh2: session opened for user root(uid=0) by (uid=0) session closed for user',
  ' sshd[1]: systemd[1]: New session 1 of user root. CRON[1]: pam_unix(cron:session): pam_unix(sshd:session):',
  ' postfix/smtpd[1]: connect from unknown[ disconnect from unknown[ lost connection after client= message-id= removed',
  ' dovecot: imap-login: Login: user=<name>, method=PLAIN, rip=1.1.1.1, lip=1.1.1.1, mpid=1, TLS, session=<',
  ' authentication client server service password error failed invalid user name login status host port address',
  '"GET / HTTP/1.1" 200 "POST / HTTP/1.0" 301 "HEAD / HTTP/2.0" 304 "https://www. "Mozilla/5.0 (X11; Linux x86_64) index.php',
].join('\n');
/** So much shorter does a usual literal count. */
const USUAL_COSTS = 8;

export interface Literals {
  readonly texts: readonly string[];
  /** How rarely a line has one of them, to compare with others: more is better. */
  readonly score: number;
}

/**
 * The set that tells most, or undefined when no part of the expression pins down `shortest` characters. They are ASCII. The date
 * of a line is cut out before expressions see it, and it has a character that belongs to no word on either side: so no
 * literal has two such side by side, and what the expression finds across the cut need not be found in the line.
 */
export function deriveLiterals(root: Node, shortest: number): Literals | undefined {
  const best = new Best(shortest);
  best.offer(walk(root, [''], best));
  return best.found;
}

class Best {
  found: Literals | undefined;
  readonly shortest: number;

  constructor(shortest: number) {
    this.shortest = shortest;
  }

  /** Takes a finished set when its shortest member is long enough and it scores higher than what there is. */
  offer(set: readonly string[]): void {
    const length = Math.min(...set.map((literal) => literal.length));
    if (set.length === 0 || length < this.shortest) return;
    const usual = set.some((literal) => USUAL.includes(literal)) ? USUAL_COSTS : 0;
    const score = Math.min(length, TELLING_LENGTH) - Math.log2(set.length) / 2 - usual;
    if (this.found && score <= this.found.score) return;
    this.found = { texts: [...new Set(set)], score };
  }
}

/** Extends the open set by the node; the set that is open behind it, `['']` after a break. */
function walk(node: Node, open: readonly string[], best: Best): readonly string[] {
  switch (node.type) {
    case 'sequence':
      return node.items.reduce((set, item) => walk(item, set, best), open);
    case 'group':
    case 'atomic':
      return walk(node.item, open, best);
    case 'repeat':
      return walkRepeat(node, open, best);
    case 'look':
    case 'assert':
      return open;
    default: {
      const whole = finite(node);
      if (whole) return cross(open, whole, best);
      if (node.type === 'choice') offerBranches(node.branches, open, best);
      if (node.type === 'conditional') offerBranches([node.yes, node.no], open, best);
      return flush(open, best);
    }
  }
}

function walkRepeat(node: RepeatNode, open: readonly string[], best: Best): readonly string[] {
  const whole = node.min === 0 && node.max === 1 ? finite(node.item) : undefined;
  if (whole && whole.length < WAYS_MAX) return cross(open, ['', ...whole], best);
  if (node.min === 0) return flush(open, best);
  // The first turn is behind what stands open; what is behind the last one is known of that turn only.
  flush(walk(node.item, open, best), best);
  return [''];
}

/** Every branch must give a set of its own, behind what stands open before it; together they are one. */
function offerBranches(branches: readonly Node[], open: readonly string[], best: Best): void {
  const all: string[] = [];
  for (const branch of branches) {
    const own = new Best(best.shortest);
    own.offer(walk(branch, open, own));
    if (!own.found) return;
    all.push(...own.found.texts);
  }
  const distinct = [...new Set(all)];
  if (distinct.length <= BRANCHES_MAX) best.offer(distinct);
}

function cross(open: readonly string[], next: readonly string[], best: Best): readonly string[] {
  const set = open.flatMap((left) => next.map((right) => left + right));
  const isWhole = set.length <= BRANCHES_MAX && set.every((literal) => literal.length <= LITERAL_MAX);
  if (isWhole && open.every((left) => next.every((right) => isJoined(left, right)))) return set;
  flush(open, best);
  return next;
}

function isJoined(left: string, right: string): boolean {
  if (left === '' || right === '') return true;
  return isAsciiWord(left.charCodeAt(left.length - 1)) || isAsciiWord(right.charCodeAt(0));
}

function flush(open: readonly string[], best: Best): readonly string[] {
  best.offer(open);
  return [''];
}

/** All strings that the node matches, when they are few, none of them may have a date within, and all are ASCII. */
function finite(node: Node): readonly string[] | undefined {
  switch (node.type) {
    case 'set': {
      if (node.set.beyond.type !== 'none') return undefined;
      const codes = asciiMembers(node.set, CHARACTERS_MAX + 1);
      // Newlines are not in a line, and a carriage return before one is taken off.
      const isText = codes.length > 0 && codes.length <= CHARACTERS_MAX && !codes.includes(10) && !codes.includes(13);
      return isText ? codes.map((code) => String.fromCharCode(code)) : undefined;
    }
    case 'choice': {
      const branches = node.branches.map(finite);
      const all = branches.flatMap((branch) => branch ?? []);
      return branches.every((branch) => branch !== undefined) && all.length <= BRANCHES_MAX ? all : undefined;
    }
    case 'sequence':
      return finiteSequence(node.items);
    case 'group':
    case 'atomic':
      return finite(node.item);
    case 'assert':
    case 'look':
      return [''];
    case 'repeat':
      if (node.max > WAYS_MAX) return undefined;
      if (node.min === node.max) return finite(sequence(Array.from({ length: node.min }, () => node.item)));
      return undefined;
    default:
      return undefined;
  }
}

function finiteSequence(items: readonly Node[]): readonly string[] | undefined {
  let set: readonly string[] = [''];
  for (const item of items) {
    const next = finite(item);
    if (!next || set.length * next.length > BRANCHES_MAX) return undefined;
    if (!set.every((left) => next.every((right) => isJoined(left, right)))) return undefined;
    set = set.flatMap((left) => next.map((right) => left + right));
  }
  return set;
}
