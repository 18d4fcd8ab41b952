import { describe, expect, it } from 'vitest';
import type { TicketOptions } from './options.ts';
import { SSH } from './sample.ts';
import { roundHalfEven, Tickets } from './tickets.ts';

function tickets(counting: TicketOptions['counting'], maxMatches = 3): Tickets {
  const ticket = { counting, maxMatches, increment: 'none', memoryMs: 0, allow: () => [], length: () => 0 } as const;
  return new Tickets({ ...SSH, findTime: 600_000, maxRetry: 5 }, ticket);
}

/** What is counted after failures at these seconds. */
function counted(made: Tickets, seconds: readonly number[]): number[] {
  return seconds.map((second, place) => made.add('web1 192.0.2.1', { time: second * 1_000, place }));
}

describe('Tickets, as fail2ban counts', () => {
  it('add() counts up while the first failure lies within the time', () => {
    expect(counted(tickets('fail2ban'), [1, 2, 300, 600])).toEqual([1, 2, 3, 4]);
  });

  it('add() estimates from the rate when the first failure is older: a steady pace does not add up', () => {
    // Every 200 seconds are 3 in 600: 3 / 600 × 600 stays 3, and one more is 4.
    expect(counted(tickets('fail2ban'), [0, 200, 400, 600, 800, 1_000, 1_200])).toEqual([1, 2, 3, 4, 4, 4, 4]);
  });

  it('add() begins anew when the last failure is as old as the time', () => {
    expect(counted(tickets('fail2ban'), [0, 1, 601])).toEqual([1, 2, 1]);
  });

  it('add() takes a late line for one more, and its time for none', () => {
    const made = tickets('fail2ban');
    expect(counted(made, [500, 100, 501])).toEqual([1, 2, 3]);
    expect(made.at('web1 192.0.2.1', 501_000)).toMatchObject({ first: 500_000, last: 501_000 });
  });

  it('add() keeps the first line and the last ones', () => {
    const made = tickets('fail2ban', 2);
    counted(made, [1, 2, 3, 4]);
    expect(made.at('web1 192.0.2.1', 4_000)?.lines.map(({ place }) => place)).toEqual([0, 2, 3]);
  });

  it('boost() adds to what is counted, and to nothing where nothing is', () => {
    const made = tickets('fail2ban');
    counted(made, [1]);
    expect([made.boost('web1 192.0.2.1', 2), made.boost('web1 192.0.2.2', 2)]).toEqual([3, 0]);
  });
});

describe('Tickets, as a window', () => {
  it('add() counts what lies in it, no estimate', () => {
    expect(counted(tickets('window'), [0, 200, 400, 600, 800, 1_000])).toEqual([1, 2, 3, 3, 3, 3]);
  });

  it('boost() lasts as long as its failure', () => {
    const made = tickets('window');
    counted(made, [0]);
    made.boost('web1 192.0.2.1', 3);
    expect(counted(made, [10, 605])).toEqual([5, 2]);
  });
});

it('roundHalfEven() rounds as Python does', () => {
  expect([0.5, 1.5, 2.5, 2.4, 2.6, 3].map(roundHalfEven)).toEqual([0, 2, 2, 2, 3, 3]);
});
