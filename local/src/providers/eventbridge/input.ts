// What a target receives: the event, a constant, a part of the event, or a template filled from it.
// Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import type { Properties, Value } from '../../provider.ts';

export interface TargetInput {
  readonly constant?: string;
  readonly path?: string;
  readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
}

export function composeInput(input: TargetInput, event: Properties): string {
  if (input.constant !== undefined) return input.constant;
  if (input.path !== undefined) return JSON.stringify(findAtPath(event, input.path) ?? null);
  if (input.transformer === undefined) return JSON.stringify(event);
  const { paths, template } = input.transformer;
  const values = new Map<string, Value | undefined>([
    ['aws.events.event', event],
    ['aws.events.event.json', event],
    ['aws.events.event.ingestion-time', event['time']],
    ...Object.entries(paths).map(([name, path]) => [name, findAtPath(event, path)] as const),
  ]);
  return fillTemplate(template, values);
}

/** Dots and list indexes only, as EventBridge has it: `$.detail.items[0].id`. */
export function findAtPath(event: Properties, path: string): Value | undefined {
  const steps = path.match(/[^.[\]$]+/g) ?? [];
  return steps.reduce<Value | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return typeof value === 'object' && value !== null ? (value as Properties)[step] : undefined;
  }, event);
}

/** A placeholder alone becomes JSON; within quotes it becomes text, escaped for the string it stands in. */
function fillTemplate(template: string, values: ReadonlyMap<string, Value | undefined>): string {
  let isQuoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) return token;
    const value = values.get(name);
    if (!isQuoted) return JSON.stringify(value ?? null);
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value ?? '')).slice(1, -1);
  });
}
