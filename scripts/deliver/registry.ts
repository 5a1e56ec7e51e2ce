// The tools account's registry, where images are by commit and are deployed by digest.
import {
  BatchGetImageCommand,
  type DescribeImageScanFindingsCommandOutput,
  ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
  type ImageScanFindings,
  paginateDescribeImageScanFindings,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ask, DeliveryError } from './delivery-error.ts';

export interface Repository {
  /** `<account>.dkr.ecr.<region>.amazonaws.com` */
  readonly host: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ScanPatience {
  readonly timeoutSeconds: number;
  readonly pollSeconds: number;
}

export interface Registry {
  getCredentials(): Promise<Credentials>;
  /** Digest of the image for arm64; undefined when nothing has this tag. */
  findDigest(tag: string): Promise<string | undefined>;
  /** Waits until it has been scanned. @throws DeliveryError when it cannot be, or takes too long */
  getFindings(digest: string, patience: ScanPatience): Promise<ImageScanFindings>;
  close(): void;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** Digests, one for each platform; beside them what BuildKit says about the image, which is for the platform `unknown`. */
const imageIndex = z.object({
  manifests: z
    .array(z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() }))
    .optional(),
});

/** @param uri checked by settings.ts */
export function parseRepository(uri: string): Repository {
  const [host = '', ...path] = uri.split('/');
  const [account = '', , , region = ''] = host.split('.');
  return { host, account, region, name: path.join('/') };
}

export function openRegistry(repository: Repository): Registry {
  const client = new ECRClient({ region: repository.region });
  return {
    getCredentials: () => getCredentials(client, repository),
    findDigest: (tag) => findDigest(client, repository, tag),
    getFindings: (digest, patience) => getFindings(client, repository, digest, patience),
    close: () => client.destroy(),
  };
}

async function getCredentials(client: ECRClient, { host }: Repository): Promise<Credentials> {
  const { authorizationData } = await ask(`Logging in to ${host}`, client.send(new GetAuthorizationTokenCommand({})));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const colon = token.indexOf(':');
  if (colon < 1) throw new DeliveryError(`Logging in to ${host} cannot be done: ECR gave no token.`);
  return { username: token.slice(0, colon), password: token.slice(colon + 1) };
}

async function findDigest(client: ECRClient, { account, name }: Repository, tag: string): Promise<string | undefined> {
  const { images = [], failures = [] } = await ask(
    `Looking for ${name}:${tag}`,
    client.send(
      new BatchGetImageCommand({
        registryId: account,
        repositoryName: name,
        imageIds: [{ imageTag: tag }],
        acceptedMediaTypes: MANIFESTS,
      }),
    ),
  );
  const other = failures.find(({ failureCode }) => failureCode !== 'ImageNotFound');
  if (other) throw new DeliveryError(`Looking for ${name}:${tag} cannot be done: ${other.failureCode}: ${other.failureReason}`);
  const image = images[0];
  if (image === undefined) return undefined;
  const { manifests } = imageIndex.parse(JSON.parse(image.imageManifest ?? '{}'));
  if (manifests === undefined) return image.imageId?.imageDigest;
  const ours = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'arm64');
  if (ours === undefined) throw new DeliveryError(`${name}:${tag} cannot be deployed: there is no image for linux/arm64 in it.`);
  return ours.digest;
}

async function getFindings(client: ECRClient, repository: Repository, digest: string, patience: ScanPatience): Promise<ImageScanFindings> {
  const deadline = performance.now() + patience.timeoutSeconds * 1000;
  for (;;) {
    const { status, description, findings } = await ask(
      `Reading the scan of ${repository.name}@${digest}`,
      readScan(client, repository, digest),
    );
    if (DONE.has(status)) return findings;
    if (!WAITING.has(status))
      throw new DeliveryError(
        `${repository.name}@${digest} cannot be deployed: its scan has the status ${status}${description === '' ? '' : ` (${description})`}, so nobody knows what is in it. Set the registry to a scan that reads this image.`,
      );
    if (performance.now() > deadline)
      throw new DeliveryError(
        `${repository.name}@${digest} cannot be deployed: after ${patience.timeoutSeconds} s its scan still has the status ${status}. Is the repository scanned on push? Try the action again once it is.`,
      );
    await sleep(patience.pollSeconds * 1000);
  }
}

/** ACTIVE: Inspector has scanned it, and goes on watching. */
const DONE: ReadonlySet<string> = new Set(['COMPLETE', 'ACTIVE']);
const WAITING: ReadonlySet<string> = new Set(['NOT_STARTED', 'PENDING', 'IN_PROGRESS']);

interface Scan {
  readonly status: string;
  readonly description: string;
  readonly findings: ImageScanFindings;
}

async function readScan(client: ECRClient, { account, name }: Repository, imageDigest: string): Promise<Scan> {
  const pages: DescribeImageScanFindingsCommandOutput[] = [];
  const question = { registryId: account, repositoryName: name, imageId: { imageDigest } };
  try {
    for await (const page of paginateDescribeImageScanFindings({ client }, question)) pages.push(page);
  } catch (error) {
    // A moment after the push the registry knows neither.
    if (error instanceof ScanNotFoundException || error instanceof ImageNotFoundException)
      return { status: 'NOT_STARTED', description: '', findings: {} };
    throw error;
  }
  return {
    status: pages[0]?.imageScanStatus?.status ?? 'NOT_STARTED',
    description: pages[0]?.imageScanStatus?.description ?? '',
    findings: {
      findings: pages.flatMap((page) => page.imageScanFindings?.findings ?? []),
      enhancedFindings: pages.flatMap((page) => page.imageScanFindings?.enhancedFindings ?? []),
    },
  };
}
