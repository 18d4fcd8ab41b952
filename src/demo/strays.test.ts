import { expect, it } from 'vitest';
import { LIMIT, MANNERS } from './manners.ts';
import { tellStories } from './stories.ts';
import { strayBursts } from './strays.ts';

const stories = tellStories(1);
const strays = strayBursts(stories, 1);

it('strayBursts() never comes near a ban', () => {
  for (const { bans, manner, attempts } of strays) {
    expect(bans).toBe(false);
    expect(attempts.length * MANNERS[manner].weight).toBeLessThan(LIMIT - 1);
  }
});

it('strayBursts() uses every address once', () => {
  expect(new Set(strays.map((burst) => burst.address)).size).toBe(strays.length);
});

it('strayBursts() fills the failed mailbox logins up to those of the month', () => {
  const attempts = [...stories, ...strays]
    .filter(({ manner }) => manner === 'imap' || manner === 'pop3')
    .reduce((sum, burst) => sum + burst.attempts.length, 0);

  expect(attempts).toBe(886);
});

it('strayBursts() refuses attacks that leave it nothing to fill up', () => {
  const [first] = stories.filter((burst) => burst.manner === 'imap');
  const many = Array.from({ length: 200 }, () => first).flatMap((burst) => (burst ? [burst] : []));

  expect(() => strayBursts(many, 1)).toThrow('more mailboxes than the month has attempts');
});
