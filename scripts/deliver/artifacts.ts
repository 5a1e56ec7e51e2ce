// What a step hands to the steps after it: files in one folder, which buildspec.yml names as the build's artifacts.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../steps.ts';
import { DeliveryError } from './delivery-error.ts';

const FOLDER = join(ROOT, 'delivery');
const IMAGE_FILE = 'image.json';
/** CodeBuild names the folder of each input but the first in a variable that begins so. */
const INPUT_VARIABLE = /^CODEBUILD_SRC_DIR(_|$)/;

const imageFile = z.strictObject({
  service: z.string(),
  revision: z.string(),
  /** By digest: what was scanned, and nothing that gets its tag later. */
  imageUri: z.string().regex(/@sha256:[0-9a-f]{64}$/, 'must end with a digest'),
});
/** What the step `image` made. */
export type DeliveredImage = z.infer<typeof imageFile>;

/** Nothing of an earlier step, or of one that failed, may be taken for what this one makes. */
export function emptyArtifacts(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

export function writeArtifact(name: string, text: string): void {
  writeFileSync(join(FOLDER, name), text.endsWith('\n') ? text : `${text}\n`);
}

export function writeImage(image: DeliveredImage): void {
  writeArtifact(IMAGE_FILE, JSON.stringify(imageFile.parse(image), null, 2));
}

/**
 * The image that the pipeline has brought along, of this service and this commit.
 * @throws DeliveryError when there is none, or another
 */
export function readImage(env: NodeJS.ProcessEnv, wanted: Pick<DeliveredImage, 'service' | 'revision'>): DeliveredImage {
  const folders = Object.entries(env).flatMap(([name, folder]) => (INPUT_VARIABLE.test(name) && folder ? [folder] : []));
  const file = folders.map((folder) => join(folder, IMAGE_FILE)).find((path) => existsSync(path));
  if (file === undefined)
    throw new DeliveryError(
      `${wanted.service} cannot be released: none of the action's inputs has the file ${IMAGE_FILE} that the step image wrote. Looked in: ${folders.join(', ') || 'nothing, as no variable CODEBUILD_SRC_DIR… is set'}.`,
    );
  const { success, data, error } = imageFile.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!success)
    throw new DeliveryError(`${wanted.service} cannot be released: ${file} is not as the step image writes it: ${z.prettifyError(error)}`);
  if (data.service !== wanted.service || data.revision !== wanted.revision)
    throw new DeliveryError(
      `${wanted.service} of ${wanted.revision} cannot be released: ${file} is the image of ${data.service} of ${data.revision}. Is another pipeline's artifact the input?`,
    );
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
