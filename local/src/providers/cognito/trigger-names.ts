/** Triggers that do here what they do in AWS; a pool with any other refuses to start. */
export const SUPPORTED_TRIGGERS = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
] as const;
export type TriggerName = (typeof SUPPORTED_TRIGGERS)[number];
