import { describe, expect, it } from '@jest/globals';
import { findRoute, type RouteNode } from './route-tree.ts';

function node(
  resourcePath: string,
  methods: readonly string[],
  children: Readonly<Record<string, RouteNode<string>>> = {},
): RouteNode<string> {
  return {
    resourcePath,
    methods: new Map(methods.map((method) => [method, `${method} ${resourcePath}`])),
    children: new Map(Object.entries(children)),
  };
}

const root = node('/', [], {
  catalog: node('/catalog', ['ANY'], { '{proxy+}': node('/catalog/{proxy+}', ['ANY']) }),
  jobs: node('/jobs', ['GET', 'ANY'], {
    latest: node('/jobs/latest', ['GET'], { log: node('/jobs/latest/log', ['GET']) }),
    '{id}': node('/jobs/{id}', ['GET'], { cancel: node('/jobs/{id}/cancel', ['POST']) }),
  }),
});

describe('route tree', () => {
  it.each([
    ['GET', '/catalog', 'ANY /catalog', {}],
    ['GET', '/catalog/', 'ANY /catalog', {}],
    ['PATCH', '/catalog/items/a%2Fb', 'ANY /catalog/{proxy+}', { proxy: 'items/a%2Fb' }],
    ['GET', '/jobs', 'GET /jobs', {}],
    ['POST', '/jobs', 'ANY /jobs', {}],
    ['GET', '/jobs/latest', 'GET /jobs/latest', {}],
    ['GET', '/jobs/7', 'GET /jobs/{id}', { id: '7' }],
    ['POST', '/jobs/latest/cancel', 'POST /jobs/{id}/cancel', { id: 'latest' }],
  ])('%s %s finds %s', (method, path, expected, pathParameters) => {
    expect(findRoute(root, method, path)).toMatchObject({ method: expected, pathParameters });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['DELETE', '/jobs/7'],
    ['GET', '/jobs/7/cancel'],
    ['GET', '//catalog'],
    ['GET', '/CATALOG'],
  ])('%s %s finds nothing', (method, path) => {
    expect(findRoute(root, method, path)).toBeUndefined();
  });
});
