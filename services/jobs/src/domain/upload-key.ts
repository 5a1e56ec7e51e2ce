/** Characters S3 keys carry without escaping, in any script. */
const UNSAFE_CHARACTERS = /[^\p{L}\p{N}._-]+/gu;
/** Room for the prefix within the 500 characters of the contract; S3 itself takes 1024 bytes. */
const FILE_NAME_MAX = 100;

/** `uploads/<owner>/<id>/<file name>`: the prefix says whose it is. */
export function uploadKeyOf(ownerId: string, id: string, fileName: string): string {
  const name = fileName.normalize('NFC').replaceAll(UNSAFE_CHARACTERS, '_').replace(/^\.+/, '');
  // From the end, so that the extension stays; by code point, so that none is cut.
  const short = Array.from(name).slice(-FILE_NAME_MAX).join('');
  return `${uploadsPrefix(ownerId)}${id}/${short || 'file'}`;
}

export function uploadsPrefix(ownerId: string): string {
  return `uploads/${ownerId}/`;
}

export function isUploadOf(ownerId: string, key: string): boolean {
  return key.startsWith(uploadsPrefix(ownerId));
}
