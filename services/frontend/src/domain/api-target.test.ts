import { describe, expect, it } from '@jest/globals';
import { decideApiTarget, decideLocation } from './api-target.ts';

const API = 'https://api.example/v1';

describe('decideApiTarget', () => {
  it.each([
    ['/bff/api/jobs', 'https://api.example/v1/jobs'],
    ['/bff/api/catalog/items?q=%E6%9D%B1%E4%BA%AC&limit=2', 'https://api.example/v1/catalog/items?q=%E6%9D%B1%E4%BA%AC&limit=2'],
    ['/bff/api/identity/me', 'https://api.example/v1/identity/me'],
  ])('passes %s on', (url, target) => {
    expect(decideApiTarget(API, url).href).toBe(target);
  });

  it.each([
    '/bff/api/',
    '/bff/api/admin',
    '/bff/api/jobsx',
    '/bff/api/jobs/../admin',
    '/bff/api/jobs/%2e%2e/admin',
    '/bff/api/jobs/..%2fadmin',
    '/bff/api//evil.example/jobs',
    '/bff/api/jobs\\..\\admin',
    '/bff/api@evil.example/jobs',
  ])('refuses %s', (url) => {
    expect(() => decideApiTarget(API, url)).toThrow(expect.objectContaining({ code: 'API_PATH_UNKNOWN' }));
  });
});

describe('decideLocation', () => {
  it.each([
    ['/v1/jobs/7', '/bff/api/jobs/7'],
    ['https://api.example/v1/catalog/items/1?a=b', '/bff/api/catalog/items/1?a=b'],
    ['https://elsewhere.example/v1/jobs', 'https://elsewhere.example/v1/jobs'],
    ['/other', '/other'],
  ])('rewrites %s to %s', (location, rewritten) => {
    expect(decideLocation(API, location)).toBe(rewritten);
  });
});
