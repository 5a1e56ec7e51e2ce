import { match, type MatchFunction, type ParamData, parse } from 'path-to-regexp';
import { ServiceError } from '../errors/service-error.ts';
import { type Method, type Route, defineRoute } from './route.ts';

// Which route an address leads to. Case and a slash at the end make no difference; an address that is spelled out goes
// before one with parameters, and among those the one that was named first.

export interface RouteMatch {
  readonly route: Route;
  /** What stands in the place of the route's parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  /**
   * `undefined` when no route has this address. A method that the address does not take leads to a route that says so.
   * @throws REQUEST_MALFORMED for an address that cannot be decoded
   */
  find(method: string | undefined, pathname: string): RouteMatch | undefined;
}

interface Address {
  readonly match: MatchFunction<ParamData>;
  readonly hasParameters: boolean;
  readonly byMethod: ReadonlyMap<string, Route>;
  readonly refusal: Route;
}

/** @throws Error for a path of a route that is none, and for one with optional parts: which of two routes comes first would be anybody's guess */
export function createRouter(routes: readonly Route[]): Router {
  const addresses = [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, group]) => createAddress(path, group))
    .sort((one, other) => Number(one.hasParameters) - Number(other.hasParameters));
  return {
    find: (method = 'GET', pathname) => {
      let refused: RouteMatch | undefined;
      for (const address of addresses) {
        const params = findParams(address, pathname);
        if (params === undefined) continue;
        const route = address.byMethod.get(method);
        if (route !== undefined) return { route, params };
        refused ??= { route: address.refusal, params };
      }
      return refused;
    },
  };
}

function createAddress(path: string, routes: readonly Route[]): Address {
  const byMethod = new Map<string, Route>(routes.map((route) => [route.method, route]));
  // Whoever answers GET answers HEAD: the body is left out when it is sent.
  const get = byMethod.get('GET' satisfies Method);
  if (get !== undefined) byMethod.set('HEAD', get);
  return { hasParameters: findParameters(path), match: match(path), byMethod, refusal: methodNotAllowed(path, routes) };
}

function findParameters(path: string): boolean {
  try {
    const { tokens } = parse(path);
    if (!path.startsWith('/') || tokens.some(({ type }) => type === 'group'))
      throw new Error('it must begin with a slash and have no optional parts');
    return tokens.some(({ type }) => type !== 'text');
  } catch (cause) {
    throw new Error(`Route ${path} cannot be served: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

function findParams(address: Address, pathname: string): Readonly<Record<string, string>> | undefined {
  const found = matchAddress(address, pathname);
  if (found === false) return undefined;
  // What stands for several segments comes as a list.
  return Object.fromEntries(Object.entries(found.params).map(([name, value = '']) => [name, [value].flat().join('/')]));
}

function matchAddress({ match: matchPath }: Address, pathname: string): ReturnType<MatchFunction<ParamData>> {
  try {
    return matchPath(pathname);
  } catch (cause) {
    throw malformed(cause);
  }
}

/** For the log it is the caller's fault; the caller is told no more. */
export function malformed(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'REQUEST_MALFORMED',
    kind: 'invalid',
    message: 'The request cannot be read: its address is malformed.',
    cause,
  });
}

function methodNotAllowed(path: string, routes: readonly Route[]): Route {
  const allow = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return defineRoute({
    method: 'GET',
    path,
    auth: 'none',
    handle: async ({ raw }) => {
      throw new ServiceError({
        code: 'METHOD_NOT_ALLOWED',
        kind: 'invalid',
        message: `${raw.method} cannot be used here: this address takes ${allow}.`,
        details: { allow },
      });
    },
  });
}
