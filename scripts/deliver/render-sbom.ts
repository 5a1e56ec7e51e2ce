// The bill of materials of an image's packages, as CycloneDX 1.6: the same text whenever it is made from the same commit.
import type { LockedPackage } from './lockfile.ts';

export interface SbomSubject {
  /** Of the image. */
  readonly name: string;
  readonly revision: string;
  /** Of the commit. */
  readonly madeAt: Date;
}

const ALGORITHMS: Readonly<Record<string, string>> = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

/** @param packages the workspace's own is among them */
export function renderSbom(subject: SbomSubject, packages: readonly LockedPackage[]): string {
  const references = new Map(packages.map((found) => [found.path, refer(found)]));
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: subject.madeAt.toISOString(),
      component: { type: 'container', 'bom-ref': subject.name, name: subject.name, version: subject.revision },
    },
    components: packages.map((found) => ({
      type: 'library',
      'bom-ref': references.get(found.path),
      name: found.name,
      version: found.version,
      purl: toPurl(found),
      ...(found.integrity !== undefined && { hashes: listHashes(found.integrity) }),
      ...(found.license !== undefined && { licenses: [{ expression: found.license }] }),
    })),
    dependencies: packages.map((found) => ({
      ref: references.get(found.path),
      dependsOn: found.needs.map((path) => references.get(path)),
    })),
  };
  return JSON.stringify(sbom, null, 2);
}

/** A package may be installed twice in one version, in two places. */
function refer({ path, name, version }: LockedPackage): string {
  return `${name}@${version}|${path}`;
}

function toPurl({ name, version }: LockedPackage): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** npm writes hashes as `sha512-<base64>`, CycloneDX in hexadecimal. */
function listHashes(integrity: string): readonly { readonly alg: string; readonly content: string }[] {
  return integrity.split(/\s+/).flatMap((hash) => {
    const [algorithm, content] = [hash.slice(0, hash.indexOf('-')), hash.slice(hash.indexOf('-') + 1)];
    const alg = ALGORITHMS[algorithm];
    return alg === undefined ? [] : [{ alg, content: Buffer.from(content, 'base64').toString('hex') }];
  });
}
