import { pipeline, Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import split from 'split2';
import { OperationError } from '../cli/usage-error.ts';

/**
 * The lines of one object, as they arrive. By line feed alone: the names of items may hold characters that `node:readline` takes for
 * the end of a line. @throws Error when the object cannot be read to its end
 */
export async function* readLines(s3: S3Client, bucket: string, key: string): AsyncGenerator<string> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(body instanceof Readable)) throw new OperationError(`s3://${bucket}/${key} cannot be read: it has no body.`);
  // for await sees an error of the source too: the pipeline destroys the splitter with it.
  const lines = pipeline(body, split('\n'), () => {});
  for await (const line of lines) yield String(line);
}
