import type { Value } from './provider.ts';

/** A property value as the template has it: plain values, or objects of one intrinsic function. */
export type TemplateValue = Value;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, TemplateValue>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string;
}

export interface TemplateOutput {
  readonly Value: TemplateValue;
  readonly Condition?: string;
  readonly Export?: { readonly Name: TemplateValue };
}

/** The part of a CloudFormation template that has a meaning here. `Rules` check the CDK bootstrap version only. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions?: Readonly<Record<string, TemplateValue>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value>>>>>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

/** @throws Error naming the file when it is no template. */
export function parseTemplate(text: string, file: string): Template {
  const template = JSON.parse(text) as Template;
  if (typeof template.Resources !== 'object') throw new Error(`${file} cannot be used as a template: it has no Resources`);
  return template;
}
