import { z } from 'zod';

/** What the broker's process says when it can be used. */
export const brokerReady = z.object({
  endpoint: z.url(),
  env: z.record(z.string(), z.string()),
  bucket: z.string(),
  topicArns: z.record(z.string(), z.string()),
  ledgerUrl: z.url(),
});
export type BrokerReady = z.infer<typeof brokerReady>;
