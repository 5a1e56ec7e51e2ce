// Names that the environments' accounts know beforehand: their roles are told of the bucket and its key before either exists.
import type { ToolsSettings } from './tools-settings.ts';

export const ARTIFACT_KEY_ALIAS = 'alias/torii-tools-artifacts';

/** Buckets share one namespace in the whole world; the account's number makes it ours. */
export function artifactBucketNameOf({ account }: Pick<ToolsSettings, 'account'>): string {
  return `torii-tools-artifacts-${account}`;
}

/** What is delivered by a pipeline of its own: a service, or the stacks of the environments. */
export function pipelineNameOf(delivered: string): string {
  return `torii-${delivered}`;
}

/** CodePipeline takes the first twenty characters of a pipeline's name for the folder of its artifacts. */
const FOLDER_LENGTH = 20;

/** The folder of a pipeline's artifacts. */
export function artifactFolderOf(delivered: string): string {
  return pipelineNameOf(delivered).slice(0, FOLDER_LENGTH);
}

/** @throws Error that names two pipelines which would have one folder, and so could read and change each other's artifacts */
export function assertFoldersApart(delivered: readonly string[]): void {
  for (const [folder, names] of Map.groupBy(delivered, artifactFolderOf))
    if (names.length > 1)
      throw new Error(`Pipelines of ${names.join(' and ')} cannot be synthesized: CodePipeline would call the folders of both ${folder}.`);
}
