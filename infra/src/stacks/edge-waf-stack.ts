import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { WebAcl } from '../constructs/entrance/web-acl.ts';
import type { StageStackProps } from './stack-props.ts';

/** CloudFront's firewall, in us-east-1, where CloudFront wants it. */
export class EdgeWafStack extends Stack {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props);
    const firewall = new WebAcl(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      // An office behind one address stays well below.
      requestsPerAddress: 10_000,
    });
    // Exports end at the region's border; a weak reference reads the output of the other stack without a Lambda in between.
    CrossStackReferences.of(firewall.resource).produce(ReferenceStrength.WEAK);
    this.webAclArn = firewall.arn;
  }
}
