import { describe, expect, it } from '@jest/globals';
import { getTools } from '../tools.ts';
import { artifactFolderOf, assertFoldersApart } from './artifact-names.ts';
import { approvalAction, buildAction } from './stages.ts';

describe('approvalAction', () => {
  const settings = getTools();

  it('links the commit and says what to look at', () => {
    const { configuration } = approvalAction({ topicArn: 'arn', text: ['- the dashboard'], settings, runOrder: 1 });
    const commit = 'https://github.com/example/torii/commit/#{Source.CommitId}';
    expect(configuration).toEqual({
      NotificationArn: 'arn',
      ExternalEntityLink: commit,
      CustomData: `The change: ${commit}\n- the dashboard`,
    });
  });

  it('refuses a mail that is longer than CodePipeline takes', () => {
    expect(() => approvalAction({ topicArn: 'arn', text: ['x'.repeat(900)], settings, runOrder: 1 })).toThrow(
      'The approval cannot be asked for: its mail has',
    );
  });
});

describe('buildAction', () => {
  it('hands variables on as CodePipeline wants them, in one text', () => {
    const { configuration } = buildAction({ name: 'Gate', projectName: 'gate', variables: { ENVIRONMENT: 'dev' } });
    expect(configuration).toMatchObject({ EnvironmentVariables: '[{"name":"ENVIRONMENT","value":"dev","type":"PLAINTEXT"}]' });
  });
});

describe('artifactFolderOf', () => {
  it('is cut as CodePipeline cuts it', () => {
    expect(artifactFolderOf('infrastructure')).toBe('torii-infrastructure');
    expect(artifactFolderOf('notification-center')).toBe('torii-notification-c');
  });

  it('is no longer apart from another when both begin alike', () => {
    expect(() => assertFoldersApart(['catalog', 'jobs', 'infrastructure'])).not.toThrow();
    expect(() => assertFoldersApart(['catalog', 'notification-center', 'notification-corner'])).toThrow(
      'Pipelines of notification-center and notification-corner cannot be synthesized: CodePipeline would call the folders of both torii-notification-c.',
    );
  });
});
