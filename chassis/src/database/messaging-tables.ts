import type { QueryInterface } from 'sequelize';

// Ids, keys and types are ASCII, compared byte by byte: in utf8mb4 they would take four times the room in every index.

/** What waits to be published; a row lives from its commit to its publication. Read by primary key only. */
const OUTBOX = `CREATE TABLE IF NOT EXISTS outbox_messages (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  destination VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  aggregate_id VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  body LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
  traceparent CHAR(55) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE=InnoDB`;

/** What has been handled, by consumer: a second delivery finds its row and has no effect. */
const INBOX = `CREATE TABLE IF NOT EXISTS inbox_messages (
  consumer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (consumer, message_id),
  KEY inbox_messages_received_at (received_at)
) ENGINE=InnoDB`;

/** Answers to requests that carried an idempotency key. */
const IDEMPOTENCY = `CREATE TABLE IF NOT EXISTS idempotency_keys (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fingerprint CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  response LONGTEXT CHARACTER SET utf8mb4 NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, idempotency_key),
  KEY idempotency_keys_created_at (created_at)
) ENGINE=InnoDB`;

/** What became of messages that could not be handled: first and last error, over all their deliveries. Personal data is masked before it is written. */
const FAILURES = `CREATE TABLE IF NOT EXISTS message_failures (
  consumer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts INT UNSIGNED NOT NULL,
  first_error VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  last_error VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  first_failed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  last_failed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (consumer, message_id),
  KEY message_failures_last_failed_at (last_failed_at)
) ENGINE=InnoDB`;

/** Tables of outbox, inbox and idempotency keys; call it in a migration of every service that owns a schema. */
export async function createMessagingTables(queryInterface: QueryInterface): Promise<void> {
  for (const statement of [OUTBOX, INBOX, IDEMPOTENCY]) await queryInterface.sequelize.query(statement);
}

/** Table of failed messages, and room in the inbox for `<replay id>:<message id>`; a migration of its own after `createMessagingTables`. */
export async function createMessageFailures(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.sequelize.query(FAILURES);
  await queryInterface.sequelize.query(
    'ALTER TABLE inbox_messages MODIFY message_id VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL',
  );
}
