import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** Stands in for EventBridge: takes what the relay puts on the bus. */
export interface EventBus {
  readonly env: Readonly<Record<string, string>>;
  /** Types of the events taken so far. */
  readonly types: readonly string[];
  stop(): Promise<void>;
}

const entry = z.object({ Source: z.string(), DetailType: z.string(), Detail: z.string() });
export type BusEntry = z.infer<typeof entry>;
const putEvents = z.object({ Entries: z.array(entry) });

export async function startEventBus(onEntry: (entry: BusEntry) => void = () => undefined): Promise<EventBus> {
  const types: string[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { Entries } = putEvents.parse(body);
      types.push(...Entries.map(({ DetailType }) => DetailType));
      Entries.forEach(onEntry);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map((_entry, index) => ({ EventId: String(index) })) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    env: { AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${port}` },
    types,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
