import type { OrganizationSettings } from '../organization.ts';

/** Of the organization's trail. Named: the policies of the bucket, the key and the guardrails speak of it across accounts. */
export const TRAIL_NAME = 'torii-organization';

/** Of the key that the files are encrypted with. Named: the trail is in another account than the key. */
export const TRAIL_KEY_ALIAS = 'alias/torii-organization-trail';

export function trailArnOf({ region, managementAccount }: OrganizationSettings): string {
  return `arn:aws:cloudtrail:${region}:${managementAccount}:trail/${TRAIL_NAME}`;
}

/** Bucket names are one space for all customers of AWS, hence the account. */
export function trailBucketNameOf({ logArchiveAccount }: OrganizationSettings): string {
  return `torii-organization-trail-${logArchiveAccount}`;
}
