import { join } from 'node:path';
import type { SQLOutputValue } from 'node:sqlite';
import { openDatabase } from '../state-files.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The confirmation code in the text, ready to be copied. */
  readonly code: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface MailStore {
  add(mail: Mail): void;
  /** Newest first; of one address, in any case, or of all. */
  list(to: string | undefined): readonly Mail[];
  close(): void;
}

// Enough for a long day of test runs; older mails make room.
const CAPACITY = 1000;
// What one page or answer shows.
const PAGE_SIZE = 100;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, code TEXT, at TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS mails_by_recipient ON mails (recipient, id);`;

/** Mails in one SQLite file, so that a code sent before a restart is still there. */
export function openMailStore(folder: string): MailStore {
  const database = openDatabase(join(folder, 'mail.sqlite'), SCHEMA);
  const insert = database.prepare('INSERT INTO mails (recipient, address, subject, text, code, at) VALUES (?, ?, ?, ?, ?, ?)');
  const prune = database.prepare('DELETE FROM mails WHERE id <= (SELECT MAX(id) FROM mails) - ?');
  const all = database.prepare('SELECT * FROM mails ORDER BY id DESC LIMIT ?');
  const ofOne = database.prepare('SELECT * FROM mails WHERE recipient = ? ORDER BY id DESC LIMIT ?');
  return {
    add(mail) {
      insert.run(mail.to.toLowerCase(), mail.to, mail.subject, mail.text, mail.code, mail.at);
      prune.run(CAPACITY);
    },
    list: (to) => (to === undefined ? all.all(PAGE_SIZE) : ofOne.all(to.toLowerCase(), PAGE_SIZE)).map(parseMail),
    close: () => database.close(),
  };
}

function parseMail(row: Readonly<Record<string, SQLOutputValue>>): Mail {
  return {
    to: String(row['address']),
    subject: String(row['subject']),
    text: String(row['text']),
    code: row['code'] === null ? null : String(row['code']),
    at: String(row['at']),
  };
}
