import { describe, expect, it } from '@jest/globals';
import { listReferences, resolveProperties, resolveValue, type Scope } from './intrinsics.ts';

const scope: Scope = {
  ref: (name) => ({ 'AWS::Region': 'eu-west-1', Queue: 'http://127.0.0.1/queue' })[name] ?? `ref-${name}`,
  attribute: (logicalId, name) => `${logicalId}#${name}`,
  exportedValue: (name) => `export-${name}`,
  stackOutput: (stackName, outputName) => `${stackName}/${outputName}`,
  mapping: (map, key, name) => `${map}.${key}.${name}`,
  condition: (name) => name === 'Yes',
  availabilityZones: () => ['eu-west-1a', 'eu-west-1b'],
  dynamicReference: (service, reference) => `<${service} ${reference}>`,
};

describe('resolveValue', () => {
  it.each([
    ['Ref', { Ref: 'Queue' }, 'http://127.0.0.1/queue'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }, 'Db#Endpoint.Address'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Db.Endpoint.Address' }, 'Db#Endpoint.Address'],
    ['Fn::Sub of text', { 'Fn::Sub': '${AWS::Region}/${Db.Arn}/${!Literal}' }, 'eu-west-1/Db#Arn/${Literal}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${name}-x', { name: { Ref: 'Other' } }] }, 'ref-Other-x'],
    ['Fn::Join', { 'Fn::Join': ['', ['https://', { Ref: 'Api' }, '/v1']] }, 'https://ref-Api/v1'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Fn::ImportValue', { 'Fn::ImportValue': 'torii:x' }, 'export-torii:x'],
    ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 's', OutputName: 'o' } }, 's/o'],
    ['Fn::If', { 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['m', { Ref: 'k' }, 'n'] }, 'm.ref-k.n'],
    ['Fn::Select of Fn::GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
    [
      'a dynamic reference inside a join',
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'S' }, ':SecretString:password::}}']] },
      '<secretsmanager ref-S:SecretString:password::>',
    ],
    ['Fn::And and Fn::Not', { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    ['Fn::Base64', { 'Fn::Base64': 'a' }, 'YQ=='],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  it('refuses a function it does not know by its name', () => {
    expect(() => resolveValue({ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, scope)).toThrow('Fn::Cidr is not known here');
  });

  it('refuses an element that does not exist', () => {
    expect(() => resolveValue({ 'Fn::Select': [5, ['a']] }, scope)).toThrow('no element 5');
  });
});

describe('resolveProperties', () => {
  it('leaves out what AWS::NoValue stands for, in objects and in lists', () => {
    const properties = {
      a: { Ref: 'AWS::NoValue' },
      b: [{ Ref: 'AWS::NoValue' }, 1],
      c: { d: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } },
    };
    expect(resolveProperties(properties, scope)).toEqual({ b: [1], c: {} });
  });
});

describe('listReferences', () => {
  it('finds Ref, Fn::GetAtt and the variables of Fn::Sub', () => {
    const value = { a: { Ref: 'A' }, b: [{ 'Fn::GetAtt': ['B', 'Arn'] }], c: { 'Fn::Sub': ['${C.Arn}${D}${!E}', { D: { Ref: 'F' } }] } };
    expect(listReferences(value)).toEqual(['A', 'B', 'C', 'D', 'F']);
  });
});
