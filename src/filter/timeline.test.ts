import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Attempt } from '../model.ts';
import { sampleAttempt } from './sample.ts';
import { inOrderOfTime } from './timeline.ts';

async function* stream(batches: readonly (readonly Attempt[])[]): AsyncGenerator<readonly Attempt[]> {
  yield* batches;
}

it('inOrderOfTime() merges sorted streams into one sorted stream, losing nothing', async () => {
  const batch = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(batch, { maxLength: 4 }), { maxLength: 5 }), async (logs) => {
      const streams = logs.map((batches) => {
        const times = batches.flat().sort((a, b) => a - b);
        return stream(batches.map((part) => part.map(() => sampleAttempt(times.shift() ?? 0, '203.0.113.7'))));
      });
      const merged: number[] = [];
      for await (const part of inOrderOfTime(streams)) merged.push(...part.map((attempt) => attempt.time / 1000));
      expect(merged).toEqual(logs.flat(2).sort((a, b) => a - b));
    }),
  );
});

it('inOrderOfTime() takes equal times from the first stream first', async () => {
  const log = (user: string) =>
    stream([[sampleAttempt(1, '203.0.113.7', { user }), sampleAttempt(1, '203.0.113.7', { user })]]);
  const users: Array<string | undefined> = [];
  for await (const part of inOrderOfTime([log('a'), log('b')])) users.push(...part.map((attempt) => attempt.user));
  expect(users).toEqual(['a', 'a', 'b', 'b']);
});
