import { readFileSync } from 'node:fs';
import process from 'node:process';

/** A process, told apart from an earlier or later one that had the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** Boot and clock ticks of its start, as Linux tells them; left out where the system does not. */
  readonly started?: string;
}

export function ownMark(): ProcessMark {
  const { pid } = process;
  const seen = look(pid);
  return { pid, ...(seen && { started: seen.started }) };
}

/**
 * Whether the process has ended. One that nobody has waited for (a zombie) has, and so has one whose number another has by
 * now; where the system does not tell when a process started, any process with that number counts as the one.
 */
export function isGone({ pid, started }: ProcessMark): boolean {
  if (!isThere(pid)) return true;
  const seen = look(pid);
  // What was there a moment ago and cannot be seen has just ended, or belongs to somebody else.
  if (!seen) return !isThere(pid);
  return seen.isDead || (started !== undefined && started !== seen.started);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process that may not be signalled is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Undefined where there is no `/proc`, or nothing of this process in it. */
function look(pid: number): { readonly isDead: boolean; readonly started: string } | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): number, name in parentheses (which may hold any character), state, …, start as the 22nd field
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return { isDead: /^[ZXx]$/.test(String(fields[0])), started: `${boot}/${String(fields[19])}` };
  } catch {
    return undefined;
  }
}
