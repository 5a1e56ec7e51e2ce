/** A block of IPv4 addresses. */
export interface AddressBlock {
  /** The network's own address, as a number. */
  readonly first: number;
  /** Addresses in it. */
  readonly size: number;
  /** The number behind the slash. */
  readonly prefixLength: number;
}

const NOTATION = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** The block that CIDR notation names; undefined for anything else, also for an address inside of the block it should name. */
export function findAddressBlock(cidr: string): AddressBlock | undefined {
  const [, ...numbers] = NOTATION.exec(cidr) ?? [];
  const [prefixLength = 33, ...octets] = [numbers.at(-1), ...numbers.slice(0, 4)].map(Number);
  // A leading zero is octal to some and decimal to others.
  if (prefixLength > 32 || octets.some((octet) => octet > 255) || octets.join('.') !== cidr.split('/')[0]) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefixLength);
  return first % size === 0 ? { first, size, prefixLength } : undefined;
}

export function overlap(a: AddressBlock, b: AddressBlock): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
