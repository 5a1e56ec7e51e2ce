import { PUBLISHERS } from '@torii/contracts';
import { startTestBroker } from '@torii/testing';
import { serveParent } from '../processes/serve-parent.ts';

// SQS, SNS and S3 in a process of their own, as they are elsewhere in production. Nothing is checked: that would be measured, too.

const broker = await startTestBroker({ watchesContracts: false });
const topicArns = Object.fromEntries(PUBLISHERS.map((publisher) => [publisher, broker.topicArn(publisher)]));
serveParent({ env: broker.env, bucket: broker.bucket, topicArns });
