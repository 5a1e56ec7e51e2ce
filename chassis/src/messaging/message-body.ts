/** The only characters that JSON leaves as they are and SQS refuses: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const REFUSED_BY_SQS = /[\uFFFE\uFFFF]/g;

/** An envelope as a queue takes it. One character in somebody's text must not hold up an outbox. */
export function toMessageBody(envelope: object): string {
  return JSON.stringify(envelope).replace(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
