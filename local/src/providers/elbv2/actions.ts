import type { Properties } from '../../provider.ts';
import { numberOf, recordOf, recordsOf, requiredText, textOf } from '../../read-value.ts';

/** What a rule does with the requests it matches. */
export type Action =
  | { readonly kind: 'forward'; readonly targets: readonly WeightedTargetGroup[] }
  | { readonly kind: 'fixed-response'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: RedirectParts };

export interface WeightedTargetGroup {
  readonly targetGroupArn: string;
  readonly weight: number;
}

/** Each part may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` of the request. */
export interface RedirectParts {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

/** The last action decides; those before it would authenticate, which nothing here does. @throws Error naming what is not supported */
export function parseActions(actions: readonly Properties[]): Action {
  const [action, ...more] = actions;
  if (action === undefined || more.length > 0) throw new Error(`A rule with ${actions.length} actions is not supported: it must have one`);
  const kind = textOf(action['Type']);
  if (kind === 'forward') return { kind, targets: parseForward(action) };
  if (kind === 'fixed-response') return parseFixedResponse(recordOf(action['FixedResponseConfig']));
  if (kind === 'redirect') return parseRedirect(recordOf(action['RedirectConfig']));
  throw new Error(`A rule's action of type ${kind ?? 'unknown'} is not supported`);
}

/** Chooses by weight; `chance` is in [0, 1). Undefined when every weight is 0. */
export function chooseTargetGroup(targets: readonly WeightedTargetGroup[], chance: number): string | undefined {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let rest = chance * total;
  for (const { targetGroupArn, weight } of targets) {
    if (rest < weight) return targetGroupArn;
    rest -= weight;
  }
  return undefined;
}

export interface RedirectSource {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
}

export function createLocation(to: RedirectParts, source: RedirectSource): string {
  const values: Readonly<Record<string, string>> = { ...source, port: String(source.port), path: source.path.replace(/^\//, '') };
  const fill = (part: string): string => part.replace(/#\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const query = fill(to.query);
  return `${fill(to.protocol).toLowerCase()}://${fill(to.host)}:${fill(to.port)}${fill(to.path)}${query === '' ? '' : `?${query}`}`;
}

function parseForward(action: Properties): readonly WeightedTargetGroup[] {
  const groups = recordsOf(recordOf(action['ForwardConfig'])['TargetGroups']);
  if (groups.length === 0) return [{ targetGroupArn: requiredText(action, 'TargetGroupArn'), weight: 1 }];
  return groups.map((group) => ({ targetGroupArn: requiredText(group, 'TargetGroupArn'), weight: numberOf(group['Weight']) ?? 1 }));
}

function parseFixedResponse(config: Properties): Action {
  return {
    kind: 'fixed-response',
    status: numberOf(config['StatusCode']) ?? 200,
    contentType: textOf(config['ContentType']) ?? 'text/plain',
    body: textOf(config['MessageBody']) ?? '',
  };
}

function parseRedirect(config: Properties): Action {
  return {
    kind: 'redirect',
    status: textOf(config['StatusCode']) === 'HTTP_301' ? 301 : 302,
    to: {
      protocol: textOf(config['Protocol']) ?? '#{protocol}',
      host: textOf(config['Host']) ?? '#{host}',
      port: textOf(config['Port']) ?? '#{port}',
      path: textOf(config['Path']) ?? '/#{path}',
      query: textOf(config['Query']) ?? '#{query}',
    },
  };
}
