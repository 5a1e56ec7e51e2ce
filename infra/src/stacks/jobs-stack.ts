import type { Construct } from 'constructs';
import { addJobAlarms } from '../constructs/observability/job-alarms.ts';
import { JobsWorker } from '../constructs/service/jobs-worker.ts';
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
      workers: ['jobs-worker'],
      protectedPath: '/jobs',
      environment: { ...files, EVENT_BUS_NAME: bus.eventBusName },
    });
    addJobAlarms(this, { tolerated: props.settings.toleratedJobFailures, topic: props.messaging.alarmTopic });
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
    // Both halves write, read and clean up: a user who leaves takes the files along, and what nobody wants any more goes when the work is done.
    for (const grantee of [this.service.taskRole, worker.function]) filesBucket.grantFiles(grantee);
  }
}
