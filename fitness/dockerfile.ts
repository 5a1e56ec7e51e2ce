// The rules that Dockerfiles keep here. They know the file only: what it copies is looked at by who has the repository.
import { DockerfileParser, type Copy, type From, type Instruction, type JSONInstruction, type PropertyInstruction } from 'dockerfile-ast';

export interface Stage {
  readonly from: From;
  readonly name: string | null;
  /** Without its FROM. */
  readonly instructions: readonly Instruction[];
}

export interface Image {
  readonly stages: readonly Stage[];
  /** What is shipped. */
  readonly last: Stage;
  /** Lines before everything that change how the rest is read, `# syntax=` for one. */
  readonly directives: readonly string[];
}

/** @throws Error when there is no stage in it. */
export function parseImage(text: string): Image {
  const dockerfile = DockerfileParser.parse(text);
  const instructions = dockerfile.getInstructions();
  const starts = instructions.flatMap((instruction, index) => (instruction.getKeyword() === 'FROM' ? [index] : []));
  const stages = dockerfile.getFROMs().map((from, number) => ({
    from,
    name: from.getBuildStage(),
    instructions: instructions.slice((starts[number] ?? 0) + 1, starts[number + 1]),
  }));
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile cannot be checked: it has no FROM.');
  return { stages, last, directives: dockerfile.getDirectives().map((directive) => directive.getName()) };
}

export function listInstructions(stage: Stage, keyword: string): readonly Instruction[] {
  return stage.instructions.filter((instruction) => instruction.getKeyword() === keyword);
}

export function argumentsOf(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

export interface CopiedFiles {
  /** The stage that they come from; null for the build's context. */
  readonly stage: string | null;
  readonly owner: string | null;
  readonly sources: readonly string[];
}

export function listCopied(stage: Stage): readonly CopiedFiles[] {
  return listInstructions(stage, 'COPY').map((instruction) => {
    const flag = (name: string): string | null =>
      (instruction as Copy)
        .getFlags()
        .find((candidate) => candidate.getName() === name)
        ?.getValue() ?? null;
    return { stage: flag('from'), owner: flag('chown'), sources: argumentsOf(instruction).slice(0, -1) };
  });
}

/** Variables, arguments and labels by name. */
function listProperties(stage: Stage, keyword: string): ReadonlyMap<string, string> {
  const properties = listInstructions(stage, keyword).flatMap((instruction) => (instruction as PropertyInstruction).getProperties());
  return new Map(properties.map((property) => [property.getName(), property.getValue() ?? '']));
}

/** Faults of a Dockerfile, each in words; none when the rule is kept. */
export type Rule = (image: Image) => readonly string[];

const PINNED = /^[\w.-]+(\/[\w.-]+)*:(?!latest@)[\w.-]+@sha256:[0-9a-f]{64}$/;
const SHELL_LESS = 'gcr.io/distroless/';
/** Group too; 0 is root by another name. A name could be looked up in a file that the image brings. */
const UNPRIVILEGED = /^[1-9]\d*:[1-9]\d*$/;
const SECRET = /SECRET|PASSW|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY/i;
/** What gets something that no lockfile vouches for, or changes what the digest has pinned. */
const FETCHES = /\b(curl|wget|git clone|apt-get|apt|apk|yum|dnf|sudo|npx|npm (install|i|update|exec)|corepack)\b/;
const REVISION = 'org.opencontainers.image.revision';
const TITLE = 'org.opencontainers.image.title';

const UNWANTED: Readonly<Record<string, string>> = {
  ADD: 'gets URLs and unpacks archives: COPY says what it does',
  ENTRYPOINT: 'stands before the command, which the task definition says whole',
  HEALTHCHECK: 'is ignored by ECS, where the load balancer asks /healthz',
  MAINTAINER: 'is deprecated',
  ONBUILD: 'acts in another image',
  SHELL: 'changes how other lines are read',
  STOPSIGNAL: 'must stay SIGTERM, which the services stop gracefully at',
  VOLUME: 'is a place to write to, and the root is read-only',
};

const everywhere =
  (find: (stage: Stage, image: Image) => readonly string[]): Rule =>
  (image) =>
    image.stages.flatMap((stage) => find(stage, image));

const isStage = (image: Image, name: string | null): boolean => image.stages.some((stage) => stage.name !== null && stage.name === name);

export const RULES: Readonly<Record<string, Rule>> = {
  'base-pinned': everywhere(({ from }, image) => {
    const base = from.getImage() ?? '';
    return isStage(image, base) || PINNED.test(base) ? [] : [`is built on ${base}, which has no tag or no digest`];
  }),
  'no-directive': ({ directives }) => directives.map((name) => `has a directive ${name}, which may fetch another builder`),
  'stages-apart': ({ stages }) => (stages.length >= 2 ? [] : ['has one stage: what builds it is left in it']),
  'stage-known': everywhere((stage, image) =>
    listCopied(stage).flatMap(({ stage: from }) =>
      from === null || isStage(image, from) ? [] : [`copies from ${from}, which is no stage`],
    ),
  ),
  'no-shell': ({ last }) => [
    ...(last.from.getImage()?.startsWith(SHELL_LESS) ? [] : [`ships ${last.from.getImage()}, which may have a shell`]),
    ...listInstructions(last, 'RUN').map(() => 'runs something in its last stage'),
  ],
  'not-root': ({ last }) => {
    const user = listInstructions(last, 'USER').at(-1)?.getArgumentsContent() ?? 'root';
    return UNPRIVILEGED.test(user) ? [] : [`runs as ${user}`];
  },
  'root-owns': ({ last }) =>
    listCopied(last).flatMap(({ owner, sources }) =>
      owner === null ? [] : [`gives ${sources.join(' ')} to ${owner}, who could change it`],
    ),
  'exec-form': everywhere((stage) =>
    listInstructions(stage, 'CMD').flatMap((command) =>
      (command as JSONInstruction).getOpeningBracket() === null ? ['has a command in shell form: signals would not reach it'] : [],
    ),
  ),
  'one-command': ({ stages, last }) => {
    const count = stages.flatMap((stage) => listInstructions(stage, 'CMD')).length;
    return count === 1 && listInstructions(last, 'CMD').length === 1 ? [] : [`has ${count} commands`];
  },
  'nothing-fetched': everywhere((stage) =>
    listInstructions(stage, 'RUN').flatMap((run) => {
      const found = FETCHES.exec(run.getArgumentsContent() ?? '')?.[0];
      return found === undefined ? [] : [`gets something by ${found}, which no lockfile vouches for`];
    }),
  ),
  'no-secret': everywhere((stage) =>
    [...listProperties(stage, 'ARG').keys(), ...listProperties(stage, 'ENV').keys()]
      .filter((name) => SECRET.test(name))
      .map((name) => `keeps ${name} in its history`),
  ),
  'absolute-folders': everywhere((stage, image) => [
    ...listInstructions(stage, 'WORKDIR').flatMap((folder) =>
      folder.getArgumentsContent()?.startsWith('/') ? [] : [`works in ${folder.getArgumentsContent()}, which is not absolute`],
    ),
    ...(isStage(image, stage.from.getImage()) || listInstructions(stage, 'WORKDIR').length > 0 ? [] : ['has a stage without a WORKDIR']),
  ]),
  'named-files': everywhere((stage) =>
    listCopied(stage).flatMap(({ stage: from, sources }) =>
      sources
        .filter((source) => from === null && /^\.?\/?$|\.\.|[*?[]|^\//.test(source))
        .map((source) => `copies ${source}, whatever that holds`),
    ),
  ),
  'only-wanted': everywhere((stage) =>
    stage.instructions.flatMap((instruction) => {
      const reason = UNWANTED[instruction.getKeyword()];
      return reason === undefined ? [] : [`has ${instruction.getKeyword()}, which ${reason}`];
    }),
  ),
  'one-port': ({ last }) => {
    const ports = listInstructions(last, 'EXPOSE').flatMap(argumentsOf);
    return ports.join() === '80' ? [] : [`exposes ${ports.join() || 'nothing'}`];
  },
  'release-told': ({ last }) => {
    const release = listProperties(last, 'ENV').get('RELEASE');
    return release === '${REVISION}' ? [] : [`tells its process the release ${release ?? 'by nothing'}, not the commit it is built from`];
  },
  labelled: ({ last }) => {
    const labels = listProperties(last, 'LABEL');
    return [TITLE, REVISION].flatMap((name) => (labels.get(name) ? [] : [`has no label ${name}`]));
  },
};

/** In the order of the rules. */
export function listFaults(image: Image): readonly string[] {
  return Object.values(RULES).flatMap((rule) => rule(image));
}
