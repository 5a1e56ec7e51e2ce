// `npm run deliver -- <step>`: one step of a pipeline. buildspec.yml runs it, and nothing else.
import { emptyArtifacts } from './deliver/artifacts.ts';
import { awaitInfrastructure } from './deliver/await-infrastructure.ts';
import { deliverImage } from './deliver/deliver-image.ts';
import { deliverRelease } from './deliver/deliver-release.ts';
import { deliverTest } from './deliver/deliver-test.ts';
import { DeliveryError } from './deliver/delivery-error.ts';
import { deployStacks } from './deliver/deploy-stacks.ts';
import { parseSettings, parseStep, STEPS, type StepName } from './deliver/settings.ts';
import { parseCommand } from './parse-command.ts';

const RUN: Readonly<Record<StepName, (env: NodeJS.ProcessEnv) => Promise<void>>> = {
  test: (env) => deliverTest(parseSettings.test(env)),
  image: (env) => deliverImage(parseSettings.image(env)),
  await: (env) => awaitInfrastructure(parseSettings.await(env)),
  release: (env) => deliverRelease(parseSettings.release(env), env),
  stacks: (env) => deployStacks(parseSettings.stacks(env)),
};

const { positionals } = parseCommand({
  name: 'npm run deliver',
  usage: `-- ${STEPS.join('|')}

  A pipeline's project sets STEP, which buildspec.yml passes, and the variables that the step takes.`,
  options: {},
  takesNames: true,
});
const step = parseStep(positionals);
try {
  emptyArtifacts();
  await RUN[step](process.env);
} catch (error) {
  if (!(error instanceof DeliveryError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
