// The first start shows the platform at work: a user signs up by the real flow and imports the shipped sample by the real pipeline.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followJob, previewImport, startImport, uploadFile, type Job } from '../../e2e/src/import.ts';
import { createMobileClient, readCode, type Credentials, type MobileClient } from '../../e2e/src/mobile-client.ts';
import type { PlatformFile } from '../../e2e/src/platform.ts';
import { ROOT } from '../steps.ts';
import { drawBar, type Progress } from './progress.ts';

/**
 * Signs the user up when it is not there: at the first start, or after somebody has deleted it. At the first start the sample follows.
 * @returns false when it has another password than the one that was invented for it
 */
export async function showDemo(platform: PlatformFile, progress: Progress, isFirst: boolean): Promise<boolean> {
  const client = createMobileClient(platform);
  try {
    const token = await progress.step(
      'demo user',
      () => provideDemoUser(client, platform.demo, () => readCode(platform, platform.demo.email)),
      (found) => (found === undefined ? 'has another password by now' : platform.demo.email),
    );
    if (isFirst && token !== undefined)
      await progress.step('sample import', (report) => importSample(client, token, report), describeTotals);
    return token !== undefined;
  } finally {
    client.close();
  }
}

/** What Cognito answers for a user that is not there, or has another password: a pool may keep which. */
const UNKNOWN = ['NotAuthorizedException', 'UserNotFoundException'];
/** An earlier start was interrupted before it had the code. */
const UNCONFIRMED = 'UserNotConfirmedException';
const TAKEN = 'UsernameExistsException';

/** @returns an access token; undefined when the user has another password */
export async function provideDemoUser(
  client: Pick<MobileClient, 'logIn' | 'signUp' | 'confirm'>,
  demo: Credentials,
  readMailedCode: () => Promise<string>,
): Promise<string | undefined> {
  const first = await orRefusal(client.logIn(demo), [...UNKNOWN, UNCONFIRMED]);
  if (typeof first !== 'string') return first.accessToken;
  if (first !== UNCONFIRMED && (await orRefusal(client.signUp(demo), [TAKEN])) === TAKEN) return undefined;
  await client.confirm(demo.email, await readMailedCode());
  return (await client.logIn(demo)).accessToken;
}

/** The name of the error where it is one of these. */
async function orRefusal<Result>(answer: Promise<Result>, names: readonly string[]): Promise<Result | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return error.name;
    throw error;
  }
}

async function importSample(client: MobileClient, token: string, report: (remark: string) => void): Promise<Imported> {
  const uploadKey = await uploadFile(client, token, readFileSync(join(ROOT, 'samples', 'books.csv')));
  const { mapping } = await previewImport(client, token, uploadKey);
  // The header says nothing of categories; languages make good ones.
  const startedAt = performance.now();
  const job = await startImport(client, token, { uploadKey, mapping: { ...mapping, category: 'language_code' } });
  const onProgress = ({ progress }: Job): void => report(drawBar(progress.done, progress.total));
  const ended = await followJob(client, token, job.id, { onProgress });
  if (ended.status !== 'completed')
    throw new Error(`The sample import ended ${ended.status}: ${ended.error?.message ?? 'no reason given'}`);
  return { job: ended, seconds: (performance.now() - startedAt) / 1000 };
}

interface Imported {
  readonly job: Job;
  readonly seconds: number;
}

function describeTotals({ job: { result, progress }, seconds }: Imported): string {
  if (result === null) return '';
  return `${result.created} created, ${result.rejected} rejected, ${Math.round(progress.done / seconds)} rows/s`;
}
