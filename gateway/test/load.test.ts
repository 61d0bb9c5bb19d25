import { describe, expect, it } from '@jest/globals';
import { LoadGauge } from '../src/load.js';

/** Keeps the event loop busy in turns of so many milliseconds until something is so; false when it never was. */
async function busyUntil(turnMs: number, condition: () => boolean): Promise<boolean> {
  const end = performance.now() + 10_000;
  while (!condition() && performance.now() < end) {
    const turn = performance.now() + turnMs;
    while (performance.now() < turn);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return condition();
}

describe('the load of the hub', () => {
  it('is too much while every turn of the event loop takes too long, and no longer afterwards', async () => {
    const gauge = new LoadGauge({ maxLoopDelayMs: 20 });
    gauge.start();
    expect(gauge.overloaded()).toBe(false);
    expect(await busyUntil(60, () => gauge.overloaded())).toBe(true);
    expect(gauge.delayMs).toBeGreaterThan(20);
    expect(gauge.utilization).toBeGreaterThan(0.9);
    while (gauge.overloaded()) await new Promise((resolve) => setTimeout(resolve, 20));
    gauge.stop();
  });

  it('is not too much for a hub that is busy and keeps up', async () => {
    const gauge = new LoadGauge({ maxLoopDelayMs: 500 });
    gauge.start();
    expect(await busyUntil(2, () => gauge.utilization > 0.9)).toBe(true);
    expect(gauge.overloaded()).toBe(false);
    gauge.stop();
  });

  it('is too much when questions wait in line for long, although each turn is short', async () => {
    let waitedMs = 0;
    const gauge = new LoadGauge({ maxLoopDelayMs: 200 }, () => waitedMs);
    gauge.start();
    expect(await busyUntil(2, () => gauge.utilization > 0.9)).toBe(true);
    expect(gauge.overloaded()).toBe(false);
    waitedMs = 1_001;
    expect(await busyUntil(2, () => gauge.overloaded())).toBe(true);
    waitedMs = 499;
    expect(await busyUntil(2, () => !gauge.overloaded())).toBe(true);
    gauge.stop();
  });

  it('is not looked at before the hub serves', async () => {
    const gauge = new LoadGauge({ maxLoopDelayMs: 20 });
    let turns = 0;
    await busyUntil(60, () => turns++ > 15);
    expect([gauge.overloaded(), gauge.delayMs]).toEqual([false, 0]);
    gauge.stop();
  });

  it('is never too much when that is switched off', async () => {
    const gauge = new LoadGauge({ maxLoopDelayMs: 0 });
    gauge.start();
    let turns = 0;
    await busyUntil(50, () => turns++ > 15);
    expect(gauge.overloaded()).toBe(false);
    gauge.stop();
  });
});
