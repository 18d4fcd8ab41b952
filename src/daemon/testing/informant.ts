/** For tests: somebody who is asked, and answers when the test says so. */
import { type Address, single } from '../../base/address.ts';
import type { Answer } from '../../model.ts';
import type { Informant } from '../../origin/enricher.ts';

export interface TestInformant extends Informant {
  /** The addresses that it was asked about, in order. */
  readonly asked: string[];
  /** Answers all that wait, and whoever asks from now on. */
  answer(): void;
}

export function testInformant(given: Partial<Informant> = {}, clock: () => number = () => Date.now()): TestInformant {
  const about = given.about ?? 'reverse-name';
  const asked: string[] = [];
  let waiting: Array<() => void> | undefined = [];
  return {
    ...{ about, option: 'reverse_dns', workers: 4, patienceMs: 60_000, keepMs: 0, trouble: undefined },
    neighborhood: (address) => single(address),
    holds: () => true,
    readyAt: () => 0,
    close: () => undefined,
    ask: async (address) => {
      asked.push(address.text);
      await new Promise<void>((resolve) => {
        if (waiting) waiting.push(resolve);
        else resolve();
      });
      const finding = { address, at: clock(), source: 'somebody', answer: answerAbout(about, address) };
      return { state: 'answered', finding };
    },
    ...given,
    asked,
    answer: () => {
      const all = waiting ?? [];
      waiting = undefined;
      for (const tell of all) tell();
    },
  };
}

function answerAbout(about: Answer['about'], address: Address): Answer {
  if (about === 'tor-exit') return { about, isExit: false };
  return { about: 'reverse-name', names: [{ name: `name-of-${address.text}`, verified: false }] };
}
