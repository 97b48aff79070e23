// What else the machine was doing: without it no ratio can be believed.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly node: string;
}

export interface Span {
  /** Of all CPU time that there was, 0..1. */
  readonly steal: number;
  readonly busy: number;
  /** Of the last minute, at the start. */
  readonly load: number;
}

export function machineFacts(): MachineFacts {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    node: process.version,
  };
}

/** Starts watching; the returned function tells what the time since came to. */
export function watchMachine(): () => Span {
  const before = readTicks();
  const load = loadavg()[0] ?? 0;
  return () => {
    const after = readTicks();
    const all = Math.max(1, after.all - before.all);
    return { steal: (after.steal - before.steal) / all, busy: 1 - (after.idle - before.idle) / all, load };
  };
}

/** user nice system idle iowait irq softirq steal, of all cores together. */
function readTicks(): { all: number; idle: number; steal: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [idle = 0, iowait = 0, steal = 0] = [ticks[3], ticks[4], ticks[7]];
  return { all: ticks.reduce((sum, one) => sum + one, 0), idle: idle + iowait, steal };
}
