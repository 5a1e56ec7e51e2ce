import type { ImportPreview, UserId } from '@torii/contracts';
import { guessMapping } from '../domain/column-mapping.ts';
import type { FileStore } from '../store/files.ts';
import { getOwnUpload, inspectUpload } from './inspect-upload.ts';

/** Shows how a file would be read, before anything is imported. */
export async function previewImport(files: FileStore, ownerId: UserId, uploadKey: string): Promise<ImportPreview> {
  const upload = await getOwnUpload(files, ownerId, uploadKey);
  const { columns, sample, delimiter, encoding } = await inspectUpload(files, upload);
  return { columns: [...columns], mapping: guessMapping(columns), sample: [...sample], delimiter, encoding };
}
