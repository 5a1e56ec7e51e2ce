// The questions themselves: Athena's named queries, as the template has them.
import { type AthenaClient, BatchGetNamedQueryCommand, paginateListNamedQueries } from '@aws-sdk/client-athena';
import { OperationError } from '../cli/usage-error.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';

export interface NamedQuery {
  readonly name: string;
  readonly description: string;
  readonly database: string;
  /** Athena's SQL. */
  readonly sql: string;
  /** Names of its values, in order; one that is asked for twice is here twice. */
  readonly parameters: readonly string[];
}

// Each value is a question mark behind a comment with its name.
const PARAMETER = /\/\*\s*([a-z][a-z-]*)\s*\*\/\s*\?/g;
const TEXTS_AND_COMMENTS = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g;
/** BatchGetNamedQuery takes no more. */
const BATCH = 50;

/** By name. @throws OperationError when there is no such workgroup, or it cannot be asked */
export async function listNamedQueries(athena: AthenaClient, workGroup: string): Promise<readonly NamedQuery[]> {
  try {
    const ids: string[] = [];
    for await (const page of paginateListNamedQueries({ client: athena }, { WorkGroup: workGroup }))
      ids.push(...(page.NamedQueryIds ?? []));
    const queries: NamedQuery[] = [];
    for (let at = 0; at < ids.length; at += BATCH) {
      const { NamedQueries: found = [] } = await athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids.slice(at, at + BATCH) }));
      queries.push(
        ...found.map(({ Name: name = '', Description: description = '', Database: database = '', QueryString: sql = '' }) => ({
          name,
          description,
          database,
          sql,
          parameters: listParameters(name, sql),
        })),
      );
    }
    return queries.toSorted((one, other) => one.name.localeCompare(other.name));
  } catch (error) {
    throw explainAwsError(error, `The queries of workgroup ${workGroup} cannot be listed`);
  }
}

/** @throws OperationError when a value of the query has no name */
export function listParameters(name: string, sql: string): readonly string[] {
  const parameters = [...sql.matchAll(PARAMETER)].map(([, parameter = '']) => parameter);
  const values = sql.replaceAll(TEXTS_AND_COMMENTS, '').split('?').length - 1;
  if (values !== parameters.length)
    throw new OperationError(
      `The query ${name} cannot be run: ${values - parameters.length} of its ${values} values have no name in a comment before the ?.`,
    );
  return parameters;
}
