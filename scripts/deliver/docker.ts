// The image's builder. Docker itself is the one thing here that has no SDK.
import { spawn } from 'node:child_process';
import { ROOT } from '../steps.ts';
import { DeliveryError } from './delivery-error.ts';

export interface Build {
  readonly service: string;
  /** Address of the repository, without a tag. */
  readonly repositoryUri: string;
  readonly revision: string;
  /** Of the commit, in seconds: files in the image get this time, so that a second build gives the same digest. */
  readonly sourceDateEpoch: number;
}

/** The words after `docker buildx build`. */
export function listBuildWords({ service, repositoryUri, revision, sourceDateEpoch }: Build, builder: string): readonly string[] {
  const options = [
    ['--builder', builder],
    ['--platform', 'linux/arm64'],
    ['--file', `services/${service}/Dockerfile`],
    ['--build-arg', `REVISION=${revision}`],
    ['--build-arg', `SOURCE_DATE_EPOCH=${sourceDateEpoch}`],
    // Kept in the registry beside the image: how it was built, and what a scanner of BuildKit's finds in its files.
    ['--attest', 'type=provenance,mode=max'],
    ['--attest', 'type=sbom'],
    ['--output', `type=image,name=${repositoryUri}:${revision},push=true,oci-mediatypes=true,rewrite-timestamp=true`],
    ['--progress', 'plain'],
  ];
  return [...options.flat(), '.'];
}

/** Builds the image and pushes it under its commit. */
export async function buildAndPush(build: Build): Promise<void> {
  // A builder of its own: Docker's default one cannot attach anything to an image.
  const builder = `torii-${build.service}-${build.revision.slice(0, 12)}`;
  await runDocker(['buildx', 'create', '--name', builder, '--driver', 'docker-container']);
  try {
    await runDocker(['buildx', 'build', ...listBuildWords(build, builder)]);
  } finally {
    await runDocker(['buildx', 'rm', builder]).catch((error: unknown) => console.warn(String(error)));
  }
}

/** Docker then knows the password; it goes in by standard input, as words are visible to every process. */
export function logIn(host: string, { username, password }: { readonly username: string; readonly password: string }): Promise<void> {
  return runDocker(['login', '--username', username, '--password-stdin', host], password);
}

function runDocker(words: readonly string[], input = ''): Promise<void> {
  const child = spawn('docker', words, { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] });
  // It may end without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const what = `docker ${words.slice(0, words[0] === 'buildx' ? 2 : 1).join(' ')}`;
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new DeliveryError(`${what} cannot be run: ${error.message}. The step needs Docker with buildx.`)),
    );
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new DeliveryError(`${what} failed with ${signal ?? `exit code ${code}`}; its output is above.`)),
    );
  });
}
