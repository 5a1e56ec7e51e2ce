import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { JobsWorker } from '../constructs/jobs-worker.ts';
import { BackendStack, type BackendStackProps } from './backend-stack.ts';

/** svc-jobs: long work; the service takes it on, the worker does it. */
export class JobsStack extends BackendStack {
  constructor(scope: Construct, id: string, props: BackendStackProps) {
    const { filesBucket, bus } = props.messaging;
    const files = { FILES_BUCKET: filesBucket.bucketName };
    super(scope, id, props, {
      name: 'jobs',
      priority: 30,
      consumers: ['jobs', 'jobs-projection'],
      environment: { ...files, EVENT_BUS_NAME: bus.eventBusName },
    });
    bus.grantPutEventsTo(this.service.taskRole);
    const worker = new JobsWorker(this, 'Worker', {
      settings: props.settings,
      vpc: props.vpc,
      securityGroup: props.groups.worker,
      database: props.data.database,
      schema: props.data.schemas.jobs,
      queues: props.messaging.queues,
      messagesBucket: props.messaging.messagesBucket,
      alarmTopic: props.messaging.alarmTopic,
      environment: files,
    });
    for (const grantee of [this.service.taskRole, worker.function]) {
      filesBucket.grantRead(grantee);
      filesBucket.grantPut(grantee);
      // A user who leaves takes the uploaded files along; so does the worker with a file that nobody wants any more when it is done.
      filesBucket.grantDelete(grantee);
    }
    acknowledgeFileWildcards(this.service.taskRole, props.messaging.stackName);
    acknowledgeFileWildcards(worker, props.messaging.stackName);
  }
}

function acknowledgeFileWildcards(reader: Construct, messagingStackName: string): void {
  Validations.of(reader).acknowledge(
    ...['s3:GetObject*', 's3:GetBucket*', 's3:List*', 's3:Abort*', 's3:DeleteObject*'].map((action) => ({
      id: `AwsSolutions-IAM5[Action::${action}]`,
      reason: 'Variants of one action, on the one bucket.',
    })),
    {
      id: `AwsSolutions-IAM5[Resource::${messagingStackName}:ExportsOutputFnGetAttFiles8E6940B8ArnD8EE6C03/*]`,
      reason: 'Any file of the one bucket: keys are made while the system runs.',
    },
  );
}
