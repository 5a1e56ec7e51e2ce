import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validations, type Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, RecursiveLoop, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { WILDCARDS_OF_GRANTS } from './grant-wildcards.ts';
import { ProcessLogGroup } from './logs/log-group.ts';

/**
 * Since Node 20 the Lambda runtime reads no CA certificates but Node's own, and RDS's are in this file of the runtime:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html, "CA certificate loading".
 */
export const FUNCTION_CA_BUNDLE = '/var/runtime/ca-cert.pem';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** Drivers that Sequelize asks for by name when another database is configured. */
const ABSENT_DRIVERS = ['pg', 'pg-hstore', 'pg-native', 'sqlite3', 'tedious', 'oracledb', 'ibm_db', 'snowflake-sdk', 'mariadb'];

export interface NodeFunctionProps {
  /** The file that exports `handler`, from the repository's root. */
  readonly entry: string;
  readonly timeout: Duration;
  /** Lambda gives CPU in proportion to memory; one vCPU is 1769 MiB. */
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly logRetentionDays: number;
  /**
   * Whether it goes on by a message to the queue that calls it. Lambda takes that for a runaway loop, and after about sixteen calls in a row it drops
   * the message: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   * @default false
   */
  readonly continuesItself?: boolean;
}

/** A Lambda function in the private subnets, bundled into one file. */
export class NodeFunction extends Function {
  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const logGroup = new ProcessLogGroup(scope, `${id}Logs`, { retentionDays: props.logRetentionDays });
    super(scope, id, {
      code: Code.fromAsset(bundleOnce(props.entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMiB,
      environment: { ...props.environment },
      tracing: Tracing.ACTIVE,
      vpc: props.vpc,
      vpcSubnets: { subnetGroupName: 'app' },
      securityGroups: [props.securityGroup],
      logGroup,
      ...(props.continuesItself === true && { recursiveLoop: RecursiveLoop.ALLOW }),
    });
    narrowRole(this, logGroup);
  }
}

/** AWS's managed policies, which CDK attaches, would let each function write into the logs of all others. */
function narrowRole(lambda: NodeFunction, logGroup: ProcessLogGroup): void {
  const role = lambda.role?.node.defaultChild;
  if (!(role instanceof CfnRole)) throw new Error(`${lambda.node.path} cannot be limited: CDK made its role in another way.`);
  role.managedPolicyArns = undefined;
  logGroup.grantWrite(lambda);
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  lambda.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
  Validations.of(lambda).acknowledge(...WILDCARDS_OF_GRANTS);
}

/** Folders by entry: functions of several services and stages are made of the same one. */
const bundles = new Map<string, string>();
process.once('exit', () => {
  for (const folder of bundles.values()) rmSync(folder, { recursive: true });
});

function bundleOnce(entry: string): string {
  const made = bundles.get(entry);
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), 'torii-bundle-'));
  bundles.set(entry, folder);
  bundle(entry, folder);
  return folder;
}

/** By esbuild in this process: CDK's NodejsFunction starts npx for each function, which takes seconds. */
function bundle(entry: string, folder: string): void {
  buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Minified, the bundle holds no path of the machine that made it: its hash changes with the source only.
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    // The runtime's own SDK changes without notice, so ours is bundled: it is the one that was tested.
    external: ABSENT_DRIVERS,
    // CommonJS packages inside an ES module still call require().
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
}
