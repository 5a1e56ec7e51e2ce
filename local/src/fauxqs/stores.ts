// Repairs of the stores: the account id was fixed to zeros, which no ARN of a template has, and queue URLs carried the
// host name of whoever created the queue.
import { randomUUID } from 'node:crypto';
import { type Queue, type QueueStore, type Subscription, SnsStore, SqsStore, type Topic } from './internals.ts';
import { RepairedQueue } from './queue.ts';

export interface Account {
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:<port>`; known only once the server listens. */
  endpoint(): string;
}

export class RepairedQueueStore extends SqsStore {
  readonly #account: Account;

  constructor(account: Account) {
    super();
    this.#account = account;
    this.region = account.region;
  }

  /** Called by CreateQueue, by the loading of kept state and by the provider; the URL and ARN they bring are replaced. */
  override createQueue(...[name, , , attributes, tags]: Parameters<QueueStore['createQueue']>): RepairedQueue {
    const queue = new RepairedQueue(name, this.urlOf(name), this.arnOf(name), attributes, tags);
    if (this.persistence !== undefined) {
      queue.persistence = this.persistence;
      this.persistence.insertQueue(queue);
    }
    this.queues.set(queue.url, queue);
    this.queuesByName.set(name, queue);
    this.queuesByArn.set(queue.arn, queue);
    return queue;
  }

  override buildQueueUrl(name: string): string {
    return this.urlOf(name);
  }

  override getQueue(url: string): Queue | undefined {
    return this.queuesByName.get(url.slice(url.lastIndexOf('/') + 1));
  }

  override getQueueByArn(arn: string): Queue | undefined {
    return this.queuesByName.get(arn.slice(arn.lastIndexOf(':') + 1));
  }

  urlOf(name: string): string {
    return `${this.#account.endpoint()}/${this.#account.accountId}/${name}`;
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.#account.region}:${this.#account.accountId}:${name}`;
  }

  /** Ends every wait; no queue gives a message away any more. */
  close(): void {
    for (const queue of this.allQueues()) if (queue instanceof RepairedQueue) queue.close();
  }
}

export class RepairedTopicStore extends SnsStore {
  readonly #account: Account;

  constructor(account: Account) {
    super();
    this.#account = account;
    this.region = account.region;
  }

  override createTopic(name: string, attributes: Record<string, string> = {}, tags: Record<string, string> = {}): Topic {
    const arn = `arn:aws:sns:${this.#account.region}:${this.#account.accountId}:${name}`;
    const existing = this.topics.get(arn);
    if (existing !== undefined) return existing;
    const topic: Topic = { arn, name, attributes, tags: new Map(Object.entries(tags)), subscriptionArns: [] };
    this.topics.set(arn, topic);
    this.persistence?.insertTopic(topic);
    return topic;
  }

  /** Subscribes, or changes the attributes of the subscription that is there (fauxqs refuses the second). */
  ensureSubscription(wanted: Omit<Subscription, 'arn' | 'confirmed' | 'parsedFilterPolicy'>): Subscription {
    const topic = this.topics.get(wanted.topicArn);
    if (topic === undefined) throw new Error(`${wanted.endpoint} cannot be subscribed to ${wanted.topicArn}: there is no such topic`);
    const existing = topic.subscriptionArns
      .map((arn) => this.subscriptions.get(arn))
      .find((subscription) => subscription?.protocol === wanted.protocol && subscription.endpoint === wanted.endpoint);
    if (existing !== undefined) {
      existing.attributes = wanted.attributes;
      delete existing.parsedFilterPolicy;
      this.persistence?.updateSubscriptionAttributes(existing.arn, wanted.attributes);
      return existing;
    }
    const subscription: Subscription = { ...wanted, arn: `${topic.arn}:${randomUUID()}`, confirmed: true };
    this.subscriptions.set(subscription.arn, subscription);
    topic.subscriptionArns.push(subscription.arn);
    this.persistence?.insertSubscription(subscription);
    this.persistence?.updateTopicSubscriptionArns(topic.arn, topic.subscriptionArns);
    return subscription;
  }
}
