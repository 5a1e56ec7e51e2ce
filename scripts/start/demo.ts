// The first start shows the platform at work: a user signs up by the real flow and imports the shipped sample by the real pipeline.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followJob, previewImport, startImport, uploadFile, type Job } from '../../e2e/src/import.ts';
import { createMobileClient, readCode, type MobileClient } from '../../e2e/src/mobile-client.ts';
import type { PlatformFile } from '../../e2e/src/platform.ts';
import { ROOT } from '../steps.ts';
import { drawBar, type Progress } from './progress.ts';

export async function showDemo(platform: PlatformFile, progress: Progress): Promise<void> {
  const client = createMobileClient(platform);
  try {
    const token = await progress.step(
      'demo user',
      () => signUpDemoUser(client, platform),
      () => platform.demo.email,
    );
    await progress.step('sample import', (report) => importSample(client, token, report), describeTotals);
  } finally {
    client.close();
  }
}

/** An earlier start that was interrupted has left the user, confirmed or not. */
async function signUpDemoUser(client: MobileClient, platform: PlatformFile): Promise<string> {
  const { demo } = platform;
  await client.signUp(demo).catch(unlessItIs('UsernameExistsException'));
  const tokens = await client.logIn(demo).catch(unlessItIs('UserNotConfirmedException'));
  if (tokens !== undefined) return tokens.accessToken;
  await client.confirm(demo.email, await readCode(platform, demo.email));
  return (await client.logIn(demo)).accessToken;
}

function unlessItIs(name: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  };
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
