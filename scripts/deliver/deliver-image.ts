// Makes the image of a commit, once: what is in the registry already is taken as it is, since its tag cannot be moved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../contracts/git.ts';
import { ROOT } from '../steps.ts';
import { ACCEPTED_FILE, readAcceptedFindings } from './accepted-findings.ts';
import { writeArtifact, writeImage } from './artifacts.ts';
import { DeliveryError } from './delivery-error.ts';
import { buildAndPush, logIn } from './docker.ts';
import { judgeFindings, listFindings } from './findings.ts';
import { listInstalled, parseLockfile } from './lockfile.ts';
import { openRegistry, parseRepository, type Registry } from './registry.ts';
import { renderSbom } from './render-sbom.ts';
import type { ImageSettings } from './settings.ts';

export async function deliverImage(settings: ImageSettings): Promise<void> {
  const { service, revision, repositoryUri } = settings;
  // Before anything is built: a file that nobody can read would stop it afterwards.
  const accepted = readAcceptedFindings();
  const sourceDateEpoch = readCommitTime(revision);
  const packages = listInstalled(parseLockfile(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')), `services/${service}`);
  writeArtifact('sbom.cdx.json', renderSbom({ name: `torii-${service}`, revision, madeAt: new Date(sourceDateEpoch * 1000) }, packages));
  console.log(`sbom.cdx.json lists ${packages.length} packages.`);
  const registry = openRegistry(parseRepository(repositoryUri));
  try {
    const digest = (await registry.findDigest(revision)) ?? (await build(registry, settings, sourceDateEpoch));
    const imageUri = `${repositoryUri}@${digest}`;
    console.log(`The image is ${imageUri}. Waiting for its scan.`);
    const found = listFindings(await registry.getFindings(digest, { ...settings, timeoutSeconds: settings.scanTimeoutSeconds }));
    const { refusals, notes } = judgeFindings(found, accepted, new Date().toISOString().slice(0, 'YYYY-MM-DD'.length));
    for (const note of notes) console.log(note);
    if (refusals.length > 0) throw new DeliveryError(describeRefusals(imageUri, refusals));
    console.log(`The scan found ${found.length} vulnerabilities, and none that stands in the way.`);
    writeImage({ service, revision, imageUri });
  } finally {
    registry.close();
  }
}

async function build(registry: Registry, { service, revision, repositoryUri }: ImageSettings, sourceDateEpoch: number): Promise<string> {
  await logIn(parseRepository(repositoryUri).host, await registry.getCredentials());
  await buildAndPush({ service, repositoryUri, revision, sourceDateEpoch });
  const digest = await registry.findDigest(revision);
  if (digest === undefined)
    throw new DeliveryError(`${repositoryUri}:${revision} cannot be deployed: it was pushed, and the registry does not have it.`);
  return digest;
}

/** In seconds since 1970. */
function readCommitTime(revision: string): number {
  const answer = askGit(ROOT, ['log', '-1', '--format=%ct', revision]);
  const seconds = 'output' in answer ? Number(answer.output[0]) : Number.NaN;
  if (Number.isInteger(seconds)) return seconds;
  throw new DeliveryError(
    `The time of commit ${revision} cannot be read: ${'refusal' in answer ? answer.refusal : 'git answers nothing'}. The pipeline's source must be a full clone, not an archive.`,
  );
}

function describeRefusals(imageUri: string, refusals: readonly string[]): string {
  return [
    `${imageUri} cannot be deployed: its scan found ${refusals.length} vulnerabilities that are CRITICAL or HIGH.`,
    ...refusals.map((line) => `  ${line}`),
    `Move to a version without them: npm for a package, the base's digest for the system (docker/README.md). If one does no harm here, say why and until when in ${ACCEPTED_FILE}.`,
  ].join('\n');
}
