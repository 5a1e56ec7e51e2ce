import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AmazonLinuxCpuType,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InstanceType,
  IpAddresses,
  MachineImage,
  NatProvider,
  NatTrafficDirection,
  Peer,
  Port,
  SubnetType,
  Vpc,
  type IVpc,
  type NatInstanceProviderV2,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { asInterface } from '../constructs/as-interface.ts';
import { MaskedLogGroup } from '../constructs/logs/log-group.ts';
import { LogKey } from '../constructs/logs/log-key.ts';
import { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import type { StageStackProps } from './stack-props.ts';

/** The VPC: public subnets for what faces the internet, app subnets for tasks and functions, data subnets with no way out. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  /** Of every log group of the stage; here, because this stack is there before all others. */
  readonly logKey: LogKey;
  readonly #availabilityZones: readonly string[];

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props);
    const { settings } = props;
    this.#availabilityZones = settings.availabilityZones;
    this.logKey = new LogKey(this, 'LogKey', {
      description: `Logs of torii ${settings.name}`,
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const instances = settings.nat.kind === 'instance' ? createNatInstances(settings.nat.instanceType) : undefined;
    const flowLogs = new MaskedLogGroup(this, 'FlowLogs', { retentionDays: settings.logRetentionDays });
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(settings.cidr),
      maxAzs: settings.availabilityZones.length,
      // In one zone, or in each: then no zone's loss takes the way out from another.
      natGateways: instances ? 1 : settings.availabilityZones.length,
      ...(instances && { natGatewayProvider: instances }),
      // Restricting the default group would need a Lambda of CDK's own; nothing uses that group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'app', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      flowLogs: { All: { trafficType: FlowLogTrafficType.ALL, destination: FlowLogDestination.toCloudWatchLogs(flowLogs) } },
    });
    this.vpc = asInterface<IVpc>(vpc);
    instances?.connections.allowFrom(Peer.ipv4(settings.cidr), Port.allTraffic(), 'from the VPC');
    hardenNatInstances(instances?.gatewayInstances ?? []);
    this.groups = new SecurityGroups(this, 'Groups', {
      vpc: this.vpc,
      cloudFrontPrefixListId: settings.cloudFrontPrefixListId,
    }).byName;
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones are settings, so that synthesis asks nobody.',
    });
  }

  // Vpc asks its stack for the zones even when they are given to it; the default answer is a look-up in the account.
  override get availabilityZones(): string[] {
    return [...this.#availabilityZones];
  }
}

/** A t4g.nano costs a tenth of a NAT gateway and carries a development stage easily. */
function createNatInstances(instanceType: string): NatInstanceProviderV2 {
  return NatProvider.instanceV2({
    instanceType: new InstanceType(instanceType),
    machineImage: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
    associatePublicIpAddress: true,
    defaultAllowedTraffic: NatTrafficDirection.OUTBOUND_ONLY,
  });
}

function hardenNatInstances(natInstances: NatInstanceProviderV2['gatewayInstances']): void {
  for (const { instance } of natInstances) {
    instance.blockDeviceMappings = [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3' } }];
    Validations.of(instance).acknowledge(
      { id: 'AwsSolutions-EC28', reason: 'Its traffic is seen in the flow logs; metrics by the minute cost more than the machine.' },
      { id: 'AwsSolutions-EC29', reason: 'It holds nothing: a lost one is replaced by the next deployment.' },
    );
  }
}
