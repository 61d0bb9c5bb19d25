import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/*
 * What processes use of the machine, from Linux' /proc. A process is always meant with everything it started.
 */

const MS_PER_TICK = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU milliseconds used so far, user and system, all threads that still run. Nanosecond counters of the scheduler, not clock ticks. */
export function cpuMilliseconds(pid: number): number {
  let nanoseconds = 0;
  for (const member of family(pid)) {
    for (const thread of list(`/proc/${member}/task`)) {
      nanoseconds += Number(read(`/proc/${member}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return nanoseconds / 1e6;
}

/** Memory in MB: resident now, and the most that was resident since the process began. */
export function memoryMegabytes(pid: number): { readonly now: number; readonly peak: number } {
  const sum = { now: 0, peak: 0 };
  for (const member of family(pid)) {
    const status = read(`/proc/${member}/status`);
    sum.now += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    sum.peak += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
  return sum;
}

/** CPU milliseconds of this process and of the children that have ended, the load generator among them. */
export function ownMilliseconds(): number {
  const fields = statFields(process.pid);
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0) * MS_PER_TICK;
}

/** CPU milliseconds that all processors together have worked for programs: no interrupts, nothing stolen by other machines. */
export function machineMilliseconds(): number {
  const [, user, nice, system] = /^cpu +(\d+) (\d+) (\d+)/.exec(read('/proc/stat')) ?? [];
  return (Number(user) + Number(nice) + Number(system)) * MS_PER_TICK;
}

/** The process and everything it started. */
export function family(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of list('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(statFields(Number(entry))[1] ?? -1);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const members = [root];
  for (const member of members) members.push(...(children.get(member) ?? []));
  return members;
}

/** Fields of /proc/PID/stat after the name, which may hold blanks. */
function statFields(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Empty when the process has ended in the meantime. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
