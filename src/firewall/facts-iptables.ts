/** What is in force of our chains in iptables for one address: reads what `iptables-save -c -t filter` lists. */
import { type Address, contains, parseNetwork } from '../base/address.ts';
import type { PacketRule, Ports, Verdict } from './facts-rules.ts';

export interface IptablesContext {
  readonly tool: 'iptables' | 'ip6tables';
  readonly address: Address;
  /** The sets that hold the address; those that do not. What is in neither is not known. */
  readonly inside: ReadonlySet<string>;
  readonly outside: ReadonlySet<string>;
}

/** A host with Kubernetes has 50,000 rules. */
const LINES_MAX = 100_000;
/** Matches whose conditions are read below, or are none. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['tcp', 'udp', 'comment', 'conntrack', 'state', 'multiport', 'set'],
]);

/** The chains with their rules, in the form in which packets are followed through them. */
export function readIptables(text: string, context: IptablesContext): Map<string, PacketRule[]> {
  const chains = new Map<string, PacketRule[]>();
  for (const line of text.split('\n').slice(0, LINES_MAX)) {
    const rule = /^\[(\d{1,15}):\d{1,20}\] -A (\S{1,64}) ?(.*)$/.exec(line);
    if (rule?.[2] === undefined) {
      const chain = /^:(\S{1,64}) /.exec(line)?.[1];
      if (chain !== undefined) chains.set(chain, []);
      continue;
    }
    chains.get(rule[2])?.push(ruleOf(`${rule[2]} ${rule[3] ?? ''}`, Number(rule[1]), context));
  }
  return chains;
}

/** The sets that the rules look sources up in. */
export function setsNamed(text: string): string[] {
  return [...new Set([...text.matchAll(/--match-set (\S{1,31}) src(?: |$)/gm)].map(([, name = '']) => name))];
}

function ruleOf(text: string, packets: number, context: IptablesContext): PacketRule {
  const words = wordsOf(text);
  const conditions = new Conditions(context);
  let negated = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '!') {
      negated = true;
      continue;
    }
    if (!word.startsWith('-')) continue;
    const value = words[i + 1] ?? '';
    conditions.take(word, word === '--match-set' ? `${value} ${words[i + 2] ?? ''}` : value, negated);
    negated = false;
    if (word === '--comment') i++;
  }
  const { matches, verdict, established, ports } = conditions;
  const { tool } = context;
  return { matches, verdict, established, ports, packets, text: `${tool} -A ${text}`, removal: `${tool} -D ${text}` };
}

/** Collects what the options of one rule mean for packets of the address. */
class Conditions {
  matches: PacketRule['matches'] = 'yes';
  established = false;
  ports: Ports | undefined;
  readonly #context: IptablesContext;
  readonly #sets: string[] = [];
  #target = '';

  constructor(context: IptablesContext) {
    this.#context = context;
  }

  get verdict(): Verdict {
    switch (this.#target) {
      case 'ACCEPT':
        return { kind: 'accept' };
      case 'RETURN':
        return { kind: 'return' };
      case 'DROP':
      case 'REJECT':
        return { kind: 'drop', sets: this.#sets };
      case '':
        return { kind: 'none' };
      default:
        return { kind: 'jump', chain: this.#target };
    }
  }

  take(option: string, value: string, negated: boolean): void {
    switch (option) {
      case '-j':
      case '-g':
        this.#target = value;
        break;
      case '-m':
        if (!UNDERSTOOD.has(value)) this.#doubt();
        break;
      case '-p':
        if (!['tcp', 'udp', 'all'].includes(value) && !negated) this.matches = 'never';
        break;
      case '-i':
        if ((value === 'lo') !== negated) this.matches = 'never';
        else if (value !== 'lo') this.#doubt();
        break;
      case '-s':
        this.#takeSource(value, negated);
        break;
      case '--match-set':
        this.#takeSet(value, negated);
        break;
      case '--state':
      case '--ctstate':
        this.#takeStates(value.split(','), negated);
        break;
      case '--dport':
      case '--dports':
        this.#takePorts(value, negated);
        break;
      case '--comment':
      case '--reject-with':
        break;
      default:
        this.#doubt();
    }
  }

  #takeSource(value: string, negated: boolean): void {
    const network = parseNetwork(value);
    if (!network) this.#doubt();
    else if (contains(network, this.#context.address) === negated) this.matches = 'never';
  }

  #takeSet(value: string, negated: boolean): void {
    const [name = '', direction] = value.split(' ');
    const { inside, outside } = this.#context;
    if (direction !== 'src' || (!inside.has(name) && !outside.has(name))) this.#doubt();
    else if (inside.has(name) === negated) this.matches = 'never';
    if (direction === 'src' && !negated) this.#sets.push(name);
  }

  #takeStates(states: readonly string[], negated: boolean): void {
    if (states.includes('NEW') !== negated) return;
    const open = ['ESTABLISHED', 'RELATED'].some((state) => states.includes(state) !== negated);
    if (open) this.established = true;
    else this.matches = 'never';
  }

  #takePorts(value: string, negated: boolean): void {
    if (negated) {
      this.#doubt();
      return;
    }
    this.ports = value.split(',').map((range) => {
      const [from = 0, to = from] = range.split(':').map(Number);
      return [from, to] as const;
    });
  }

  #doubt(): void {
    if (this.matches === 'yes') this.matches = 'perhaps';
  }
}

/** iptables-save puts what has spaces in quotes, and a backslash before quotes in it. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
