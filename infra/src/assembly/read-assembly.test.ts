import { describe, expect, it } from '@jest/globals';
import { sortByDependency } from './read-assembly.ts';
import { sketchStack } from '../../test/sketch-stack.ts';
import { listAt, numberAt, textAt, valueAt } from './template.ts';

const named = (name: string, ...dependsOn: readonly string[]) => sketchStack({}, { name, dependsOn });

describe('sortByDependency', () => {
  it('puts each stack after those it needs', () => {
    const stacks = [named('edge', 'platform', 'waf'), named('platform', 'network'), named('waf'), named('network')];
    expect(sortByDependency(stacks).map(({ name }) => name)).toEqual(['waf', 'network', 'platform', 'edge']);
  });

  it('refuses stacks that need each other, by their names', () => {
    expect(() => sortByDependency([named('hen', 'egg'), named('egg', 'hen')])).toThrow('hen, egg need each other');
  });
});

describe('properties', () => {
  const properties = { Rules: [{ Days: '30' }], Scheme: 'internal', Ref: { Ref: 'Key' }, IsOn: true };

  it('are found by their path, or not at all', () => {
    expect(valueAt(properties, 'Rules', 0, 'Days')).toBe('30');
    expect(valueAt(properties, 'Rules', 1, 'Days')).toBeUndefined();
    expect(numberAt(properties, 'Rules', 0, 'Days')).toBe(30);
    expect(numberAt(properties, 'Scheme')).toBeUndefined();
    expect(textAt(properties, 'IsOn')).toBe('true');
    expect(textAt(properties, 'Ref')).toBeUndefined();
    expect(listAt(properties, 'Scheme')).toEqual([]);
    expect(listAt(properties, 'Rules')).toHaveLength(1);
  });
});
