/** The stages that exist. Another one is another entry of `ENVIRONMENTS` in environments.ts. */
export type EnvironmentName = 'dev' | 'staging' | 'prod';

/** Everything that differs between stages. A value that is the same in all of them belongs to the construct that needs it. */
export interface EnvironmentSettings {
  readonly name: EnvironmentName;
  /** Twelve digits; one account per stage. */
  readonly account: string;
  readonly region: string;
  /** Named here so that synthesis asks nobody: at least two, which is what RDS and the load balancer demand. */
  readonly availabilityZones: readonly string[];
  /** The VPC's addresses; a /16 leaves room for three subnets per zone. Stages must not overlap: they may be peered one day. */
  readonly cidr: string;
  /** The region's managed prefix list `com.amazonaws.global.cloudfront.origin-facing`. */
  readonly cloudFrontPrefixListId: string;
  /** Where browsers go; the load balancer answers as `alb.<domainName>`. */
  readonly domainName: string;
  /** ACM certificate in `region` for `domainName` and `*.domainName`, used by the load balancer. */
  readonly certificateArn: string;
  /** ACM certificate in us-east-1 for `domainName`: CloudFront reads certificates from nowhere else. */
  readonly edgeCertificateArn: string;
  /** Origins that may upload files from a browser; S3 allows one `*` in each. */
  readonly uploadOrigins: readonly string[];
  /** Who hears of alarms. */
  readonly alarmEmail: string;
  /** The channel that hears of them too. Somebody must have let Amazon Q Developer into the workspace before, once, in its console. @default none */
  readonly chat?: ChatSettings;
  /** US dollars a month, of the whole account: `npm run cost` and a margin. More than that, or the prospect of it, is told like an alarm. */
  readonly monthlyBudgetUsd: number;
  /** Jobs that may fail within five minutes before somebody is told: people bring files that cannot be imported. */
  readonly toleratedJobFailures: number;
  /** True keeps databases, files, users and keys when their stack goes, and refuses their deletion; false lets a stage be thrown away. */
  readonly protectData: boolean;
  /** Days between two passwords of each user of the database. @default people change them, by the runbook */
  readonly secretRotationDays?: number;
  /** Days that every log group keeps its events; one of CloudWatch's own steps. */
  readonly logRetentionDays: number;
  /** Days that the archive keeps events and the data of large messages, but for those that a projection is rebuilt from: they stay. */
  readonly messageRetentionDays: number;
  readonly logLake: LogLakeSettings;
  /** What carries traffic from the private subnets to the internet. */
  readonly nat: NatSettings;
  readonly database: {
    /** RDS class without its `db.`. */
    readonly instanceType: string;
    readonly allocatedStorageGiB: number;
    /** 35 is RDS's most; a replica is made from a backup, so with one it is 1 or more. */
    readonly backupRetentionDays: number;
    /** True keeps a standby in another zone, which takes over by itself within two minutes. */
    readonly multiAz: boolean;
    /** A copy for reads that may be a moment behind. Services know one host for them, so there is one. @default none */
    readonly readReplica?: ReadReplicaSettings;
  };
  readonly cache: {
    /** ElastiCache's type without its `cache.`. */
    readonly nodeType: string;
    /** Copies of the primary, each in another zone; with one or more the primary is replaced by itself. Five is ElastiCache's most. */
    readonly replicas: number;
  };
  readonly service: {
    /** 1024 is one vCPU; Fargate accepts certain pairs with memory only. */
    readonly cpu: number;
    readonly memoryMiB: number;
    readonly minTasks: number;
    readonly maxTasks: number;
    /** Connections to the database that a task of a backend has at most, beside its relay's. More of them, or of tasks, may want a larger database. */
    readonly databasePoolSize: number;
    /** Spot is a third of the price, and AWS may take a task away with two minutes' notice. */
    readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
    /** Requests a minute that one task is meant to answer: with more there will be more tasks. */
    readonly requestsPerTask: number;
  };
  readonly deployment: {
    /** How traffic moves to a new release; alarms watch it all the while. */
    readonly trafficShift: TrafficShift;
    /** How long the tasks of the release before stay beside the new ones, so that going back takes seconds. A deployment ends after that. */
    readonly keepBlueMinutes: number;
  };
  /** Metrics of every task and container, about $8 a month for each service. */
  readonly containerInsights: boolean;
  /** Shield Advanced for the distribution. The account must have subscribed before: for a year, at $3000 a month for the organization. */
  readonly shieldAdvanced: boolean;
  /** Share of traces kept, 0 to 1. */
  readonly tracesSamplingRatio: number;
  readonly apiThrottle: {
    /** Requests per second, over all clients. */
    readonly rate: number;
    readonly burst: number;
  };
}

/** Of CodeDeploy's own: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
export type TrafficShift =
  | 'ECSAllAtOnce'
  | 'ECSLinear10PercentEvery1Minutes'
  | 'ECSCanary10Percent5Minutes'
  | 'ECSCanary10Percent15Minutes';

/** A machine of ours is cheap, and one zone's loss takes the way out from all; gateways are AWS's, one in each zone. */
export type NatSettings = { readonly kind: 'instance'; readonly instanceType: string } | { readonly kind: 'gateway-per-zone' };

export interface ChatSettings {
  /** Slack's, such as T012ABCDEF. */
  readonly slackWorkspaceId: string;
  /** Slack's, such as C012ABCDEF; of a private channel Amazon Q must be a member. */
  readonly slackChannelId: string;
}

export interface LogLakeSettings {
  /** Days that lines stay, from when they leave CloudWatch's sight on: more than `logRetentionDays`, or there is nothing to ask it. */
  readonly retentionDays: number;
  /**
   * ARN of the QuickSight user or group that gets a dashboard. The account must have subscribed to QuickSight before, which no template can do.
   * @default no dashboard
   */
  readonly dashboardPrincipalArn?: string;
}

export interface ReadReplicaSettings {
  /** RDS class without its `db.`. */
  readonly instanceType: string;
  /** True keeps a standby of the replica too, so that reads survive the loss of a zone. */
  readonly multiAz: boolean;
}
