/**
 * One action of a jail and the states that it goes through, as fail2ban's own: begun when its first ban needs it, per
 * family where it differs; checked when a ban fails, then repaired, or ended and begun anew, and tried once more.
 */
import type { ActionCommands, Operation } from './action-commands.ts';
import { type BanFacts, type Family, familyOf, type Surroundings } from './ban-facts.ts';
import type { Command } from './shell-text.ts';

/** Runs a command; whether it ended well. Failures are told by whoever runs it. */
export type Execute = (
  command: Command,
  what: { readonly operation: Operation; readonly subject?: string },
) => Promise<boolean>;

export interface ActionContext {
  readonly around: Surroundings;
  readonly execute: Execute;
  /** Counts how often an action of the jail lost its bans: who was banned before that is to be banned again. */
  readonly epochs: Epochs;
}

/** Of a jail. */
export interface Epochs {
  current: number;
}

type Key = Family | '';

/** What a family is. */
const IDLE = 0;
const STARTED = 1;
/** There may be bans in it. */
const HOLDS = 2;

export class CommandAction {
  readonly commands: ActionCommands;
  /** When it last lost its bans. */
  epoch = 0;
  readonly #context: ActionContext;
  /** By family, in the order in which they came to be. */
  readonly #started = new Map<Key, number>();
  /** The commands that were run last, by operation and family: one that both families have is run once. */
  readonly #executed = new Map<Operation, Map<Key, string>>();

  constructor(commands: ActionCommands, context: ActionContext) {
    this.commands = commands;
    this.#context = context;
  }

  /** For `status`. */
  get state(): 'idle' | 'started' {
    return [...this.#started.values()].some((state) => state !== IDLE) ? 'started' : 'idle';
  }

  /** At the beginning of a jail: nothing where the first ban does it. */
  async start(): Promise<boolean> {
    if (this.commands.startsOnDemand) return true;
    return this.#begin(this.commands.families);
  }

  async ban(facts: BanFacts, operation: 'actionban' | 'actionreban' = 'actionban'): Promise<boolean> {
    const family = familyOf(facts.subject);
    if (this.commands.startsOnDemand && !this.#started.get(family) && !(await this.#begin([family]))) return false;
    if (!(await this.#perform(operation, facts))) return false;
    this.#started.set(family, (this.#started.get(family) ?? IDLE) | STARTED | HOLDS);
    return true;
  }

  /** Of a ban that this action lost, or may have lost. */
  async reban(facts: BanFacts): Promise<boolean> {
    return this.ban(facts, this.commands.has('actionreban') ? 'actionreban' : 'actionban');
  }

  async prolong(facts: BanFacts): Promise<boolean> {
    return !this.commands.has('actionprolong') || this.#perform('actionprolong', facts);
  }

  /** Where nothing was ever banned there is nothing to undo. */
  async unban(facts: BanFacts): Promise<boolean> {
    const state = this.#started.get(familyOf(facts.subject)) ?? IDLE;
    return (state & HOLDS) === 0 || this.#perform('actionunban', facts);
  }

  /** All bans together, where it can; whether the single ones need not be undone. */
  async flush(): Promise<boolean> {
    if (!this.commands.has('actionflush')) return false;
    const families = this.#familiesThat((state) => (state & HOLDS) !== 0);
    const done = await this.#operate('actionflush', families, (family, isDone) => {
      if (isDone) this.#started.set(family, (this.#started.get(family) ?? IDLE) & ~HOLDS);
    });
    // What cannot be flushed because it is broken is not mended for its end, unless it is of use then.
    if (!done) await this.checkConsistency(() => this.commands.repairsOnUnban);
    return true;
  }

  async stop(): Promise<boolean> {
    const families = this.#familiesThat((state) => state !== IDLE);
    this.#started.clear();
    return this.#end(families);
  }

  /** The configuration was read again, and this action is as it was. */
  async reload(): Promise<boolean> {
    return this.#operate(
      'actionreload',
      this.#familiesThat((state) => state !== IDLE),
    );
  }

  /** Whether all that was begun is as it should be by now; `mayRepair` is asked before something is mended. */
  async checkConsistency(mayRepair: () => boolean = () => true): Promise<boolean> {
    if (!this.commands.has('actioncheck')) return true;
    let isSound = true;
    for (const family of this.#familiesThat((state) => state !== IDLE)) {
      if ((await this.#check(family, { mayRepair, isForced: true })) !== 'broken') continue;
      isSound = false;
      this.#started.set(family, IDLE);
      this.#forget('actionstart', family);
    }
    return isSound;
  }

  #familiesThat(isMeant: (state: number) => boolean): Key[] {
    return [...this.#started].filter(([, state]) => isMeant(state)).map(([family]) => family);
  }

  #begin(families: readonly Key[]): Promise<boolean> {
    return this.#operate('actionstart', families, (family, isDone) => {
      if (!isDone) return;
      this.#forget('actionstop', family);
      this.#started.set(family, STARTED);
    });
  }

  #end(families: readonly Key[]): Promise<boolean> {
    return this.#operate('actionstop', families, (family, isDone) => {
      if (isDone) this.#forget('actionstart', family);
    });
  }

  async #operate(
    operation: Operation,
    families: readonly Key[],
    after: (family: Key, isDone: boolean) => void = () => undefined,
  ): Promise<boolean> {
    let isAllDone = true;
    for (const family of families) {
      const text = this.commands.text(operation, family);
      const isNew = text !== '' && ![...this.#ofOthers(operation, family)].includes(text);
      const isDone = !isNew || (await this.#execute(operation, await this.#commandOf(text, family)));
      isAllDone &&= isDone;
      after(family, isDone);
      if (isDone && text !== '') this.#remember(operation, family, text);
      else this.#forget(operation, family);
    }
    return isAllDone;
  }

  #commandOf(text: string, family: Key): Promise<Command> {
    return this.commands.filled(text, { family }, this.#context.around);
  }

  /** Runs a command of a ban; after a failure it is looked whether the action is sound, and tried once more. */
  async #perform(operation: Operation, facts: BanFacts): Promise<boolean> {
    const family = familyOf(facts.subject);
    const text = this.commands.text(operation, family);
    if (text === '') return true;
    const run = async (): Promise<boolean> =>
      this.#execute(operation, await this.commands.filled(text, facts, this.#context.around), facts.subject.text);
    if (await run()) return true;
    if (this.commands.has('actioncheck')) {
      const isUnban = operation === 'actionunban';
      const mayRepair = (): boolean => !isUnban || this.commands.repairsOnUnban;
      if ((await this.#check(family, { mayRepair, isForced: !isUnban })) !== 'sound') return false;
    }
    return run();
  }

  /** One family; `isForced`: though it was never begun. */
  async #check(
    family: Key,
    how: { mayRepair: () => boolean; isForced: boolean },
  ): Promise<'sound' | 'broken' | 'left'> {
    if (!how.isForced && !this.#started.has(family)) return 'sound';
    const check = this.commands.text('actioncheck', family);
    if (check === '' || (await this.#bare('actioncheck', check))) return 'sound';
    if (!how.mayRepair()) return 'left';
    this.epoch = ++this.#context.epochs.current;
    if (!(await this.#repair(family, how.isForced))) return 'broken';
    if (!this.#started.get(family)) return 'sound';
    return (await this.#bare('actioncheck', check)) ? 'sound' : 'broken';
  }

  async #repair(family: Key, isForced: boolean): Promise<boolean> {
    const repair = this.commands.text('actionrepair', family);
    if (repair !== '') {
      const isDone = await this.#bare('actionrepair', repair);
      this.#started.set(family, isDone ? STARTED : IDLE);
      return isDone;
    }
    if (this.#started.has(family)) {
      this.#started.set(family, IDLE);
      await this.#end([family]);
    }
    return !isForced && this.commands.startsOnDemand ? true : this.#begin([family]);
  }

  #bare(operation: Operation, text: string): Promise<boolean> {
    return this.#execute(operation, this.commands.bare(text, this.#context.around));
  }

  #execute(operation: Operation, command: Command, subject?: string): Promise<boolean> {
    return this.#context.execute(command, { operation, ...(subject === undefined ? {} : { subject }) });
  }

  *#ofOthers(operation: Operation, family: Key): Generator<string> {
    for (const [other, text] of this.#executed.get(operation) ?? []) if (other !== family) yield text;
  }

  #remember(operation: Operation, family: Key, text: string): void {
    const families = this.#executed.get(operation) ?? new Map<Key, string>();
    this.#executed.set(operation, families.set(family, text));
  }

  /** For this family, and for those with the same command. */
  #forget(operation: Operation, family: Key): void {
    const families = this.#executed.get(operation);
    const text = families?.get(family);
    families?.delete(family);
    for (const [other, same] of families ?? []) if (same === text) families?.delete(other);
  }
}
