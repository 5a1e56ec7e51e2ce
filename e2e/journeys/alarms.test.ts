import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAlarmMails } from '../src/alarm-mail.ts';
import { followJob, startImport, uploadFile } from '../src/import.ts';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';
import { runCommand } from '../src/operator-command.ts';
import type { PlatformFile } from '../src/platform.ts';
import { until } from '../src/until.ts';

/** Alarms look every two seconds, and the lines of processes reach them at once. */
const SECONDS_MS = 15_000;

describe('alarms', () => {
  let platform: PlatformFile;
  let person: Person;

  beforeAll(async () => {
    platform = openPlatform();
    person = await signUpPerson(platform);
  });
  afterAll(() => person.client.close());

  /** What the last mail about it says: an alarm that rings already sends no second one. */
  const isLast = (about: string, state: 'ALARM' | 'OK') => async () =>
    (await findAlarmMails(platform, about))[0]?.includes(`"NewStateValue": "${state}"`) === true;

  it('bring a failed job into the mail inbox within seconds, with the way to its article', async () => {
    const token = person.tokens.accessToken;
    const uploadKey = await uploadFile(person.client, token, Buffer.from('isbn,title,title\n1,a,b\n'));
    const job = await startImport(person.client, token, { uploadKey, mapping: { sku: 'isbn', name: 'title' } });
    expect((await followJob(person.client, token, job.id)).status).toBe('failed');
    await until('the mail', isLast('JobsFailed of jobs', 'ALARM'), SECONDS_MS);
    expect((await findAlarmMails(platform, 'JobsFailed of jobs'))[0]).toContain('docs/runbook.md#jobs-fail');
  });

  it('bring a dead letter into it, and its end when it is purged', async () => {
    const id = randomUUID();
    const sqs = createSqs(platform);
    const about = 'dead-letter queue of jobs-commands.';
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'torii-dev-jobs-commands' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ id, type: 'poison' }) }));
    sqs.destroy();
    await until('the mail', isLast(about, 'ALARM'), SECONDS_MS);
    await until('the purge', async () => (await runCommand('dlq', 'purge', '--queue', 'jobs-commands', '--id', id, '--yes')).code === 0);
    await until('the mail of its end', isLast(about, 'OK'), SECONDS_MS);
  });

  it('have what the business counts beside them on the console', async () => {
    const page = await (await fetch(platform.console, { headers: { accept: 'text/html' } })).text();
    expect(page).toMatch(/<dt>Sign-ups<\/dt>\s*<dd>[1-9]\d*<\/dd>/);
    expect(page).toMatch(/<dt>Jobs failed<\/dt>\s*<dd>[1-9]\d*<\/dd>/);
  });
});

function createSqs({ region, endpoints }: PlatformFile): SQSClient {
  return new SQSClient({ region, endpoint: endpoints.sqs, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
}
