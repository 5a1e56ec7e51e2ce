import { CrossStackReferences, Duration, ReferenceStrength, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { VpcOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnProtection } from 'aws-cdk-lib/aws-shield';
import type { Construct } from 'constructs';
import { asInterface } from '../constructs/as-interface.ts';
import { LogBucket } from '../constructs/logs/log-bucket.ts';
import { EDGE_PORT } from '../constructs/entrance/security-groups.ts';
import type { StageStackProps } from './stack-props.ts';

export interface EdgeStackProps extends StageStackProps {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly webAclArn: string;
}

/** Where browsers enter: CloudFront, which keeps the frontend's assets and passes everything else on. */
export class EdgeStack extends Stack {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const origin = VpcOrigin.withApplicationLoadBalancer(props.loadBalancer, {
      domainName: `alb.${settings.domainName}`,
      httpsPort: EDGE_PORT,
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      readTimeout: Duration.seconds(30),
    });
    const shared = {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
    };
    this.distribution = new Distribution(this, 'Distribution', {
      domainNames: [settings.domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.edgeCertificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Europe and North America.
      priceClass: PriceClass.PRICE_CLASS_100,
      webAclId: props.webAclArn,
      enableLogging: true,
      logBucket: asInterface<IBucket>(new LogBucket(this, 'AccessLogs', { retentionDays: settings.logRetentionDays })),
      defaultBehavior: {
        ...shared,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
      },
      // Their names hold a hash of their content: they never change.
      additionalBehaviors: { '/assets/*': { ...shared, cachePolicy: CachePolicy.CACHING_OPTIMIZED } },
    });
    Validations.of(this.distribution).acknowledge({ id: 'AwsSolutions-CFR1', reason: 'Users may live anywhere.' });
    // Only the distribution: the load balancer has no address in the internet, and Shield takes no API of API Gateway.
    if (settings.shieldAdvanced)
      new CfnProtection(this, 'Shield', { name: `torii-${settings.name}-edge`, resourceArn: this.distribution.distributionArn });
    // Its alarms are in us-east-1, where no export of this region is seen.
    CrossStackReferences.of(this.distribution).produce(ReferenceStrength.WEAK);
  }
}
