// The closed table of resource types that mean nothing on this machine, each with the reason. A type that is neither here
// nor provided fails the start by its name.

const NETWORK = 'every process is on one machine and on loopback only';
const PERMISSION = 'AWS enforces permissions; tests read the policies instead';
const SCALING = 'one process per service here';
const DEPLOYING = 'a release here is the source as it is: npm start is the deployment';

const DRAWN = 'the lake is asked by npm run logs here, and drawn by nobody';

export const NO_LOCAL_MEANING: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': SCALING,
  'AWS::ApplicationAutoScaling::ScalingPolicy': SCALING,
  'AWS::Budgets::Budget': 'nothing here costs anything',
  'AWS::Chatbot::SlackChannelConfiguration': 'alarms are in the mail inbox of the console',
  'AWS::CodeDeploy::Application': DEPLOYING,
  'AWS::CodeDeploy::DeploymentGroup': DEPLOYING,
  'AWS::EC2::FlowLog': NETWORK,
  'AWS::EC2::Instance': 'the NAT instance: nothing here is behind one',
  'AWS::EC2::InternetGateway': NETWORK,
  'AWS::EC2::LaunchTemplate': 'the NAT instance: nothing here is behind one',
  'AWS::EC2::Route': NETWORK,
  'AWS::EC2::RouteTable': NETWORK,
  'AWS::EC2::SecurityGroup': NETWORK,
  'AWS::EC2::SecurityGroupEgress': NETWORK,
  'AWS::EC2::SecurityGroupIngress': NETWORK,
  'AWS::EC2::Subnet': NETWORK,
  'AWS::EC2::SubnetRouteTableAssociation': NETWORK,
  'AWS::EC2::VPC': NETWORK,
  'AWS::EC2::VPCEndpoint': NETWORK,
  'AWS::EC2::VPCGatewayAttachment': NETWORK,
  'AWS::ECS::ClusterCapacityProviderAssociations': SCALING,
  'AWS::IAM::InstanceProfile': PERMISSION,
  'AWS::IAM::ManagedPolicy': PERMISSION,
  'AWS::IAM::Policy': PERMISSION,
  'AWS::IAM::Role': PERMISSION,
  'AWS::KMS::Alias': 'state on this machine is not encrypted by AWS keys',
  'AWS::KMS::Key': 'state on this machine is not encrypted by AWS keys',
  'AWS::Lambda::Permission': PERMISSION,
  'AWS::QuickSight::Dashboard': DRAWN,
  'AWS::QuickSight::DataSet': DRAWN,
  'AWS::QuickSight::DataSource': DRAWN,
  'AWS::XRay::Group': 'the console finds failed and slow traces by itself',
  'AWS::XRay::SamplingRule': 'every trace is kept',
};
