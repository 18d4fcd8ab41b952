import { expect, it } from 'vitest';
import { Gate } from './gate.ts';

function gateAt(start: number, given: { intervalMs?: number; failuresMax?: number } = {}) {
  const time = { now: start };
  const gate = new Gate({ clock: () => time.now, intervalMs: 1_000, failuresMax: 3, ...given });
  return { time, gate };
}

it('opens an interval after each question', () => {
  const { time, gate } = gateAt(5_000);
  expect(gate.opensAt).toBe(0);
  gate.passed();
  expect(gate.opensAt).toBe(6_000);
  time.now = 6_500;
  gate.passed();
  expect(gate.opensAt).toBe(7_500);
});

it('rests after failures in a row, longer and longer, to a quarter of an hour', () => {
  const { time, gate } = gateAt(0, { intervalMs: 0 });
  gate.failed('so');
  gate.failed('so');
  gate.answered();
  gate.failed('so');
  gate.failed('so');
  expect([gate.isResting, gate.opensAt]).toEqual([false, 0]);
  const rests: number[] = [];
  for (let i = 0; i < 8; i++) {
    gate.failed('so');
    rests.push(gate.opensAt - time.now);
    time.now = gate.opensAt;
  }
  expect(rests).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000, 900_000, 900_000]);
  expect([gate.isResting, gate.why]).toEqual([true, 'so']);
});

it('lets one question try whether the server is back, and is open again when it is', () => {
  const { time, gate } = gateAt(0, { failuresMax: 1 });
  gate.failed('so');
  time.now = gate.opensAt;
  gate.passed();
  expect(gate.opensAt).toBe(time.now + 60_000);
  gate.answered();
  expect([gate.isResting, gate.opensAt]).toEqual([false, time.now + 1_000]);
});

it('keeps to the wish of the server, a day at most, and never less than its rate', () => {
  const { gate } = gateAt(0);
  expect(gate.wished(0)).toBe(1_000);
  expect(gate.wished(30_000)).toBe(30_000);
  // A second answer that came late does not open it.
  expect(gate.wished(5_000)).toBe(30_000);
  gate.answered();
  expect(gate.opensAt).toBe(30_000);
  expect(gate.wished(1e12)).toBe(86_400_000);
});
