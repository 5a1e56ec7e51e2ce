// How many connections a database takes, and how many everything may open that connects to it. What is counted here cannot be refused there.
import { listQueues, PUBLISHERS, type QueueTopology } from '@torii/contracts';
import type { EnvironmentSettings } from './environment-settings.ts';
import { memoryGiBOf } from './instance-memory.ts';

/** As RDS sizes MySQL, and sized MariaDB before 10.5 (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html). */
const BYTES_PER_CONNECTION = 12_582_880;
/** For `max_connections`. RDS's default since MariaDB 10.5 is half of that. */
export const MAX_CONNECTIONS_FORMULA = `{DBInstanceClassMemory/${BYTES_PER_CONNECTION}}`;

const BYTES_PER_MIB = 1024 ** 2;
/**
 * What the operating system and RDS keep of a class's memory is in no formula: with 1 GiB there are about 60 connections, with 8 GiB about 630, so
 * it is these many MiB and this share, and a little less.
 */
const KEPT_MIB = 288;
const KEPT_SHARE = 0.05;

/** One message at a time: its own transaction, the step under way, and what that step counts meanwhile. */
export const WORKER_POOL_SIZE = 3;
/** A task's relay leads, or waits for the lead, on a connection that is not the pool's. */
const RELAY_CONNECTIONS = 1;
/** Blue and green; the worker's frozen environments of the release before keep theirs, too. */
const RELEASES_AT_ONCE = 2;
/** RDS itself and a replica, migrations with two each, the functions that change accounts, and people who look. */
const OTHER_CONNECTIONS = 10;

const POLLERS = listQueues()
  .filter(isTakenByService)
  .map(({ settings }) => settings.concurrency);
/**
 * A message that holds a connection may need another one, for what commits by itself. With one more than a queue has pollers one of them always
 * goes on; with fewer all may wait for each other until their time is up, and again.
 */
export const LEAST_POOL_SIZE = 1 + Math.max(...POLLERS);

/** What a machine of this class is sure to take. @param instanceType RDS class without its `db.` */
export function countAccepted(instanceType: string): number {
  const mib = memoryGiBOf(instanceType) * 1024 * (1 - KEPT_SHARE) - KEPT_MIB;
  return Math.floor((mib * BYTES_PER_MIB) / BYTES_PER_CONNECTION);
}

/**
 * The most there are, every pool full: while all services are deployed with as many tasks as there may be.
 * @param backends services with a database, which may be one more than there are
 */
export function countWanted({ service }: EnvironmentSettings, backends: number = PUBLISHERS.length): number {
  const tasks = backends * service.maxTasks * (service.databasePoolSize + RELAY_CONNECTIONS);
  const workers = listQueues()
    .filter((queue) => !isTakenByService(queue))
    .reduce((sum, { settings }) => sum + settings.concurrency * WORKER_POOL_SIZE, 0);
  return RELEASES_AT_ONCE * (tasks + workers) + OTHER_CONNECTIONS;
}

/** The others are taken by functions. */
function isTakenByService({ consumer }: QueueTopology): boolean {
  return consumer !== 'jobs-worker';
}
