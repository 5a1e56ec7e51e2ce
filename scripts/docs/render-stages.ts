// Documents that come from the templates. Not among `listDocuments`, which are made in milliseconds: these take a synthesis of every stage.
import { renderAlarmsPage } from '../../infra/src/alarms-page.ts';
import { synthesizeStagesApart } from '../../infra/src/assembly/synthesize-apart.ts';
import { ENVIRONMENT_NAMES } from '../../infra/src/environments.ts';
import { renderSystemsPage } from '../../infra/src/systems-page.ts';

/** What they say, by their path. */
export async function renderStages(): Promise<ReadonlyMap<string, string>> {
  const stages = await synthesizeStagesApart([...ENVIRONMENT_NAMES, 'tools', 'organization']);
  const environments = new Map([...stages].filter(([name]) => ENVIRONMENT_NAMES.some((environment) => environment === name)));
  return new Map([
    ['docs/alarms.md', renderAlarmsPage(environments)],
    ['docs/systems.md', renderSystemsPage(stages)],
  ]);
}
