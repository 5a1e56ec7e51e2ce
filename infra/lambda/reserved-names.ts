/**
 * Names that no schema and no user of a service may have: whoever owns a schema may do anything in it, and its user gets a new password. Those of
 * MariaDB and of RDS, what means every user in a grant, and schemas that a fresh MariaDB opens to every user.
 */
const RESERVED = new Set([
  'information_schema',
  'innodb',
  'mariadb',
  'mysql',
  'performance_schema',
  'public',
  'rds',
  'rdsadmin',
  'rdsrepladmin',
  'root',
  'sys',
  'test',
  // The administrator: infra/src/constructs/data/database.ts.
  'torii_admin',
]);

/** @returns true when the name belongs to the database, in whatever case */
export function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase()) || name.toLowerCase().startsWith('test_');
}
