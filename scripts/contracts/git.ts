// What git remembers of a folder, read with a few short commands and no change to anything.
import { spawnSync } from 'node:child_process';

/** Every command takes milliseconds; one that waits for something is given up. */
const TIMEOUT_MS = 10_000;
/** Far above the manifests and schemas of a hundred releases. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** Where the main line is, best first: what others have, before what is here only. */
const MAIN_LINES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];
const LINE_END = 0x0a;

/** Output, or why there is none. */
export type GitAnswer<Output> = { readonly output: Output } | { readonly refusal: string };

/** Where what is checked out left the main line. */
export interface MergeBase {
  readonly commit: string;
  /** The history ends at some commit, without its beginning. */
  readonly isShallow: boolean;
}

function runGit(folder: string, words: readonly string[], input = ''): GitAnswer<Buffer> {
  // In a hook these lead to another folder than the one that is asked about.
  const { GIT_DIR: _folder, GIT_WORK_TREE: _tree, ...outside } = process.env;
  const env = { ...outside, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const options = { cwd: folder, env, input, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  // Build machines unpack the source as somebody else than who builds; git would then answer nothing.
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'safe.directory=*', ...words], options);
  if (error !== undefined) return { refusal: 'code' in error && error.code === 'ENOENT' ? 'there is no git here' : error.message };
  return status === 0 ? { output: stdout } : { refusal: stderr.toString().split('\n')[0] ?? '' };
}

/** The lines of a short answer. */
export function askGit(folder: string, words: readonly string[]): GitAnswer<readonly string[]> {
  const answer = runGit(folder, words);
  return 'refusal' in answer ? answer : { output: answer.output.toString().split('\n').filter(Boolean) };
}

/** On the main line itself, and where nobody knows which one it is, that is HEAD, or what was before it if nothing was changed since. */
export function findMergeBase(folder: string): MergeBase | { readonly refusal: string } {
  const shallow = askGit(folder, ['rev-parse', '--is-shallow-repository']);
  if ('refusal' in shallow)
    return { refusal: shallow.refusal.includes('not a git repository') ? 'this is no git checkout' : shallow.refusal };
  const refs = askGit(folder, ['for-each-ref', '--format=%(refname)', ...MAIN_LINES]);
  const mainLine = MAIN_LINES.find((name) => 'output' in refs && refs.output.includes(name)) ?? 'HEAD';
  const base = askGit(folder, ['merge-base', 'HEAD', mainLine]);
  const isShallow = shallow.output[0] === 'true';
  const commit = 'output' in base ? base.output[0] : undefined;
  if (commit !== undefined) return { commit: findBefore(folder, commit), isShallow };
  if ('refusal' in askGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])) return { refusal: 'there is no commit yet' };
  return { refusal: `HEAD and ${mainLine} share no commit${isShallow ? ' in this shallow clone' : ''}` };
}

/**
 * A pipeline checks out the main line, with nothing changed: it is the last commit that is looked at there, and compared with itself it would
 * always be right. Of a merge that is all that it brings.
 */
function findBefore(folder: string, base: string): string {
  const commits = askGit(folder, ['rev-parse', 'HEAD', 'HEAD^1']);
  const changes = askGit(folder, ['status', '--porcelain', '--', '.']);
  if ('refusal' in commits || 'refusal' in changes || changes.output.length > 0) return base;
  const [head, before = base] = commits.output;
  return head === base ? before : base;
}

/**
 * The texts of these objects, such as `<commit>:./manifest.json`, in their order; undefined for one that does not exist.
 * @throws Error when git cannot be asked
 */
export function readObjects(folder: string, names: readonly string[]): readonly (string | undefined)[] {
  const answer = runGit(folder, ['cat-file', '--batch'], names.map((name) => `${name}\n`).join(''));
  if ('refusal' in answer) throw new Error(`What was released cannot be read from git: ${answer.refusal}`);
  const { output } = answer;
  let offset = 0;
  return names.map(() => {
    const end = output.indexOf(LINE_END, offset);
    const [, kind, size] = output.toString('utf8', offset, end).split(' ');
    offset = end + 1;
    // Two words and no size: `<name> missing`.
    if (kind !== 'blob') return undefined;
    const text = output.toString('utf8', offset, offset + Number(size));
    offset += Number(size) + 1;
    return text;
  });
}
