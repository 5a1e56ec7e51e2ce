import { readFileSync } from 'node:fs';

/**
 * Names a living process so that a later one with the same id, after a reboot or in a new container, is not taken for it:
 * `<pid> <start>`, or the id alone where the system does not tell when a process began. Undefined when there is none.
 */
export function identifyProcess(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  return process.platform === 'linux' ? readIdentity(pid) : String(pid);
}

function readIdentity(pid: number): string | undefined {
  try {
    // The name in parentheses may hold blanks: proc_pid_stat(5) counts from the state after it.
    const [state = '', ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return /[ZX]/.test(state) ? undefined : `${pid} ${fields[18]}`;
  } catch {
    return undefined;
  }
}

/** Process id of an identity that a file holds, while that very process lives. */
export function findRecordedProcess(file: string): number | undefined {
  try {
    const identity = readFileSync(file, 'utf8').trim();
    const pid = Number.parseInt(identity, 10);
    const found = identifyProcess(pid);
    // A record without a start was made where the system does not tell it: the id alone must do.
    return found !== undefined && (found === identity || identity === String(pid)) ? pid : undefined;
  } catch {
    return undefined;
  }
}
