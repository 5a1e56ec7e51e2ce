import { type TestServers, startTestServers } from './servers.ts';

// Jest calls global set-up and tear-down in one process; this is what they share.
let servers: TestServers | undefined;

export async function startRunServers(): Promise<void> {
  servers = await startTestServers();
  Object.assign(process.env, servers.env);
}

export async function stopRunServers(): Promise<void> {
  await servers?.stop();
  servers = undefined;
}
