import { describe, expect, it } from '@jest/globals';
import { type Method, defineRoute } from './route.ts';
import { createRouter } from './router.ts';

const route = (method: Method, path: string) => defineRoute({ method, path, auth: 'none', handle: async () => ({ status: 204 }) });
const router = createRouter([
  route('GET', '/things/:id'),
  route('DELETE', '/things/:id'),
  route('GET', '/things/:id/parts/:part'),
  route('GET', '/things'),
  route('POST', '/things/new'),
  route('DELETE', '/things/all'),
  route('PUT', '/files/*path'),
]);
const find = (method: string, pathname: string) => {
  const match = router.find(method, pathname);
  return match === undefined ? undefined : [match.route.path, match.params];
};

describe('createRouter', () => {
  it.each([
    ['GET', '/things', '/things', {}],
    ['GET', '/things/', '/things', {}],
    ['GET', '/Things/A', '/things/:id', { id: 'A' }],
    ['HEAD', '/things/7', '/things/:id', { id: '7' }],
    ['GET', '/things/a%20b%2Fc', '/things/:id', { id: 'a b/c' }],
    ['GET', '/things/7/parts/8/', '/things/:id/parts/:part', { id: '7', part: '8' }],
    ['PUT', '/files/a/b%2e/c', '/files/*path', { path: 'a/b./c' }],
    ['POST', '/things/new', '/things/new', {}],
    ['GET', '/things/new', '/things/:id', { id: 'new' }],
    ['DELETE', '/things/all', '/things/all', {}],
  ])('finds %s %s', (method, pathname, path, params) => {
    expect(find(method, pathname)).toEqual([path, params]);
  });

  it.each(['/', '', '/thing', '/things//7', '/things/7/8', '//things', '/files', '/files/', '/things\n'])(
    'finds nothing at %j',
    (pathname) => {
      expect(find('GET', pathname)).toBeUndefined();
    },
  );

  it('refuses a method that the address does not take', async () => {
    const match = router.find('PATCH', '/things/7');
    const request = { raw: { method: 'PATCH' } } as never;
    await expect(match?.route.handle(request)).rejects.toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      details: { allow: 'GET, HEAD, DELETE' },
    });
  });

  it('refuses what cannot be decoded', () => {
    expect(() => find('GET', '/things/%E0%A4%A')).toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }));
  });

  it.each(['things', '/things{/:id}', '/things/(a|b)'])('does not take the path %s', (path) => {
    expect(() => createRouter([route('GET', path)])).toThrow(`Route ${path} cannot be served`);
  });
});
