// Repairs of durability:
// - ChangeMessageVisibility(0) wrote NULL into a column that refuses it, threw, and lost the message;
// - every message was its own transaction: now all writes of one turn of the event loop are one, committed before any of
//   their callers is answered. What was acknowledged survives the death of the process;
// - an object key with `..` was written outside the folder of its bucket.
import { FileS3Persistence, type Persistence, PersistenceManager, type StoredMessage, type StoredObject } from './internals.ts';

export class GroupedPersistence extends PersistenceManager {
  #commit: Promise<void> | undefined;
  readonly #ready;

  constructor(folder: string) {
    super(folder);
    // In WAL mode NORMAL does not wait for the disk at a commit, and a power cut cannot corrupt the file.
    this.db.exec('PRAGMA synchronous = NORMAL');
    this.#ready = this.db.prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?');
  }

  /** Resolves when everything written so far is durable; undefined when it already is. */
  committed(): Promise<void> | undefined {
    return this.#commit;
  }

  override insertMessage(queueName: string, message: StoredMessage): void {
    this.#join();
    super.insertMessage(queueName, message);
  }

  override deleteMessage(messageId: string): void {
    this.#join();
    super.deleteMessage(messageId);
  }

  override updateMessageInflight(...row: Parameters<Persistence['updateMessageInflight']>): void {
    this.#join();
    super.updateMessageInflight(...row);
  }

  override updateMessageReady(messageId: string): void {
    this.#join();
    this.#ready.run(messageId);
  }

  override deleteQueueMessages(queueName: string): void {
    this.#join();
    super.deleteQueueMessages(queueName);
  }

  override close(): void {
    if (this.db.isTransaction) this.db.exec('COMMIT');
    super.close();
  }

  #join(): void {
    if (this.#commit !== undefined) return;
    this.db.exec('BEGIN');
    this.#commit = new Promise((resolve) => {
      setImmediate(() => {
        this.#commit = undefined;
        if (this.db.isOpen && this.db.isTransaction) this.db.exec('COMMIT');
        resolve();
      });
    });
  }
}

/** File systems allow 255 bytes in a name; fauxqs adds `.meta.json`, and its escapes may triple a character. */
const MAX_NAME_BYTES = 240;

/** Keys that a folder of files can hold; S3 allows more. */
export function isStorableKey(key: string): boolean {
  return key
    .split('/')
    .every(
      (name) => name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(encodeURIComponent(name)) <= MAX_NAME_BYTES,
    );
}

export class GuardedObjectPersistence extends FileS3Persistence {
  override upsertObject(bucket: string, object: StoredObject): void {
    if (!isStorableKey(object.key)) throw new Error(`Object ${object.key} cannot be kept: its key is no file name`);
    super.upsertObject(bucket, object);
  }

  override deleteObject(bucket: string, key: string): void {
    if (isStorableKey(key)) super.deleteObject(bucket, key);
  }
}
