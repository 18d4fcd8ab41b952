import { expect, it } from 'vitest';
import { mailId } from './mail-id.ts';

it('mailId() is the same for the same, and for nothing else', () => {
  const one = mailId('message 1', 'rapsheet@web1.example.test');
  expect(one).toMatch(/^<[0-9a-f]{32}\.rapsheet@web1\.example\.test>$/);
  expect(mailId('message 1', 'rapsheet@web1.example.test')).toBe(one);
  expect(mailId('message 2', 'rapsheet@web1.example.test')).not.toBe(one);
});
