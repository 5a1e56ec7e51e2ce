import { maskEnvironment, type Environment } from '../processes/environment.ts';
import type { LocalProcess } from '../processes/local-process.ts';
import { html, type Html } from './html.ts';
import { jsonReply, renderPage, wantsHtml } from './layout.ts';
import type { ConsoleRoute } from './route.ts';

/** A process as it may be shown: no value of a secret in it. */
interface ShownProcess {
  readonly name: string;
  readonly kind: LocalProcess['kind'];
  readonly environment: Environment;
  /** What the template says where the process gets something else; null where the template has no such variable. */
  readonly template: Readonly<Record<string, string | null>>;
  readonly droppedContainers: readonly string[];
}

/** `/processes`: the environment of every process, secrets masked, and where it differs from its template. */
export function processesRoute(listProcesses: () => readonly LocalProcess[]): ConsoleRoute {
  return {
    method: 'GET',
    path: '/processes',
    handle: async (request) => {
      const processes = listProcesses().map(mask);
      if (!wantsHtml(request)) return jsonReply({ processes });
      return renderPage({ title: 'Processes', section: '/processes', isLive: false, content: html`${processes.map(renderProcess)}` });
    },
  };
}

function mask({ name, kind, environment, secretNames, substitutions, droppedContainers }: LocalProcess): ShownProcess {
  const inTemplate = substitutions.flatMap(({ variable, from }) => (from === undefined ? [] : [[variable, from] as const]));
  const absent = substitutions.filter(({ from }) => from === undefined).map(({ variable }) => [variable, null] as const);
  return {
    name,
    kind,
    environment: maskEnvironment(environment, secretNames),
    template: { ...maskEnvironment(Object.fromEntries(inTemplate), secretNames), ...Object.fromEntries(absent) },
    droppedContainers,
  };
}

function renderProcess({ name, kind, environment, template, droppedContainers }: ShownProcess): Html {
  const variables = Object.entries(environment).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const rows = variables.map(
    ([variable, value]) =>
      html`<dt>${variable}</dt>
        <dd>${value}${describeDifference(template[variable])}</dd>`,
  );
  const dropped = droppedContainers.length > 0 && html` · without ${droppedContainers.join(', ')}`;
  return html`<details class="card process">
    <summary>
      <strong>${name}</strong>
      <span class="soft">${kind} · ${Object.keys(template).length} of ${variables.length} differ from the template${dropped}</span>
    </summary>
    <dl>${rows}</dl>
  </details>`;
}

function describeDifference(inTemplate: string | null | undefined): Html {
  if (inTemplate === undefined) return html``;
  return html` <span class="warn">${inTemplate === null ? '· not in the template' : `· template: ${inTemplate}`}</span>`;
}
