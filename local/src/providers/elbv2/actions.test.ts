import { describe, expect, it } from '@jest/globals';
import { chooseTargetGroup, createLocation, parseActions } from './actions.ts';

const groups = [
  { targetGroupArn: 'blue', weight: 1 },
  { targetGroupArn: 'green', weight: 3 },
  { targetGroupArn: 'off', weight: 0 },
];

describe('listener rule actions', () => {
  it.each([
    [0, 'blue'],
    [0.24, 'blue'],
    [0.25, 'green'],
    [0.999, 'green'],
  ])('forwards chance %s to %s', (chance, expected) => {
    expect(chooseTargetGroup(groups, chance)).toBe(expected);
  });

  it('forwards nowhere when every weight is 0', () => {
    expect(chooseTargetGroup([{ targetGroupArn: 'off', weight: 0 }], 0.5)).toBeUndefined();
  });

  it('fills a redirect from the request', () => {
    const action = parseActions([
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', Host: 'www.#{host}', StatusCode: 'HTTP_301' } },
    ]);
    if (action.kind !== 'redirect') throw new Error('No redirect');
    expect(createLocation(action.to, { protocol: 'http', host: 'example.com', port: 80, path: '/a/b', query: 'c=d' })).toBe(
      'https://www.example.com:443/a/b?c=d',
    );
  });

  it('refuses what it does not know', () => {
    expect(() => parseActions([{ Type: 'authenticate-oidc' }])).toThrow('authenticate-oidc');
    expect(() => parseActions([])).toThrow('0 actions');
  });
});
