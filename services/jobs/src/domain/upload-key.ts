/** Characters S3 keys carry without escaping, in any script. */
const UNSAFE_CHARACTERS = /[^\p{L}\p{N}._-]+/gu;
/** What `uploadKeyOf` puts behind the owner's prefix; a name never begins with a dot. */
const ID_AND_NAME = /^[0-9a-f-]{36}\/[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u;
/** Room for the prefix within the 500 characters of the contract; S3 itself takes 1024 bytes. */
const FILE_NAME_MAX = 100;

/** `uploads/<owner>/<id>/<file name>`: the prefix says whose it is. */
export function uploadKeyOf(ownerId: string, id: string, fileName: string): string {
  const name = fileName.normalize('NFC').replaceAll(UNSAFE_CHARACTERS, '_');
  // From the end, so that the extension stays; by code point, so that none is cut.
  const short = Array.from(name).slice(-FILE_NAME_MAX).join('').replace(/^\.+/, '');
  return `${uploadsPrefix(ownerId)}${id}/${short || 'file'}`;
}

export function uploadsPrefix(ownerId: string): string {
  return `uploads/${ownerId}/`;
}

/** True for what `uploadKeyOf` makes for this owner. Any other key (`..`, an empty part) is not even asked of S3. */
export function isUploadOf(ownerId: string, key: string): boolean {
  const prefix = uploadsPrefix(ownerId);
  return key.startsWith(prefix) && ID_AND_NAME.test(key.slice(prefix.length));
}
