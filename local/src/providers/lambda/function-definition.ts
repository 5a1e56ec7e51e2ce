// A function of the template: where its code lies, what it is given, how long and how often it may run.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adaptEnvironment } from '../../processes/environment.ts';
import type { LocalProcess } from '../../processes/local-process.ts';
import type { LocalContext, Properties, Resource } from '../../provider.ts';
import { numberOf, recordOf, requiredText, textMapOf, textOf, textsOf } from '../../read-value.ts';
import type { FunctionDefinition } from './function-pool.ts';

/** Lambda's own defaults, where a template says nothing. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;
/** Where the template reserves none: a laptop's share of an account's thousand. */
const DEFAULT_CONCURRENCY = 4;

/** @throws Error when its code is not in the cloud assembly. */
export function defineFunction(
  resource: Resource,
  context: LocalContext,
): { readonly definition: FunctionDefinition; readonly localProcess: LocalProcess } {
  const { properties } = resource;
  const name = textOf(properties['FunctionName']) ?? resource.generatedName;
  const logGroupName = textOf(recordOf(properties['LoggingConfig'])['LogGroup']) ?? `/aws/lambda/${name}`;
  const memoryMb = numberOf(properties['MemorySize']) ?? DEFAULT_MEMORY_MB;
  const handler = requiredText(properties, 'Handler');
  const assetFolder = findCode(recordOf(properties['Code']), name, context);
  const { environment, substitutions } = adaptEnvironment(textMapOf(recordOf(properties['Environment'])['Variables']), context);
  const sandbox = {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  };
  return {
    definition: {
      name,
      arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
      assetFolder,
      handler,
      environment: {
        ...sandbox,
        AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
        LAMBDA_TASK_ROOT: assetFolder,
        _HANDLER: handler,
        ...environment,
      },
      timeoutMs: (numberOf(properties['Timeout']) ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
      memoryMb,
      concurrency: numberOf(properties['ReservedConcurrentExecutions']) ?? DEFAULT_CONCURRENCY,
      logGroupName,
    },
    localProcess: {
      name,
      kind: 'function',
      environment,
      secretNames: new Set(),
      substitutions,
      droppedContainers: textsOf(properties['Layers']),
    },
  };
}

function findCode(code: Properties, name: string, context: LocalContext): string {
  const inline = textOf(code['ZipFile']);
  if (inline !== undefined) return writeInlineCode(inline, context);
  const key = requiredText(code, 'S3Key');
  const folder = context.findAsset(key);
  if (folder === undefined) throw new Error(`${name} cannot be run: the cloud assembly has no asset ${key}`);
  return folder;
}

function writeInlineCode(source: string, context: LocalContext): string {
  const folder = join(context.stateFolder, 'lambda', createHash('sha256').update(source).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
}
