import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { LOCAL_CREDENTIALS } from '@torii/local';
import { startTestBroker } from './broker.ts';
import { listGoldenExamples } from './released-contracts.ts';

const QUEUE = 'jobs-worker-commands';
const [good = ''] = listGoldenExamples(QUEUE).map(({ body }) => body);
const bad = good.replace('"attempt": ', '"attempts": ');

describe('the test broker', () => {
  const sendAs = async (own: boolean, body: string): Promise<Error | undefined> => {
    const broker = await startTestBroker();
    const foreign = new SQSClient({ region: 'eu-west-1', endpoint: broker.endpoint, credentials: LOCAL_CREDENTIALS });
    await (own ? broker.sqs : foreign).send(new SendMessageCommand({ QueueUrl: broker.queueUrl(QUEUE), MessageBody: body }));
    foreign.destroy();
    return broker.stop().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  };

  it('does not stop in peace when the code under test wrote what its contract does not say', async () => {
    expect(bad).not.toBe(good);
    expect((await sendAs(false, bad))?.message).toContain('break their contracts:\n- jobs-worker-commands: jobs.run-import-slice.v1');
  });

  it('stops in peace when it wrote what its contract says, whatever the test itself sends', async () => {
    expect(await sendAs(false, good)).toBeUndefined();
    expect(await sendAs(true, bad)).toBeUndefined();
  });
});
