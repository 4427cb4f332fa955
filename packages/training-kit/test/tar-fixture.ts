// Tar archives put together by hand, right or wrong in any field.

export interface FixtureMember {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** The header's type: '0' is a file, which is the default. */
  readonly type?: string;
  readonly linkName?: string;
  readonly prefix?: string;
  /** `ustar\0` and version `00` when left out. */
  readonly magic?: string;
  /** Written in place of the content's size, in octal or as it stands. */
  readonly declaredSize?: number | string;
  /** Added to the right sum. */
  readonly sumError?: number;
}

const BLOCK_BYTES = 512;
export const endMark = new Uint8Array(2 * BLOCK_BYTES);

/** A whole archive, with its end mark. */
export function tarOf(...members: readonly FixtureMember[]): Buffer {
  return Buffer.concat([...members.map(memberOf), endMark]);
}

/** Header and padded content. */
export function memberOf(member: FixtureMember): Buffer {
  const { name, type = '0', linkName = '', prefix = '', magic = 'ustar\u000000', sumError = 0 } = member;
  const content = Buffer.from(member.content ?? '');
  const size = member.declaredSize ?? content.length;
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 100);
  header.write('0000644\0' + '0001750\0' + '0001750\0', 100, 'latin1');
  header.write(typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  header.write('11212345670\0' + ' '.repeat(8), 136, 'latin1');
  header.write(type, 156, 1, 'latin1');
  header.write(linkName, 157, 100);
  header.write(magic, 257, 8, 'latin1');
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0) + sumError;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc(-content.length & (BLOCK_BYTES - 1))]);
}

/** A pax header for the member after it. */
export function paxOf(records: Readonly<Record<string, string>>, type = 'x'): FixtureMember {
  return { name: 'PaxHeader', type, content: Object.entries(records).map(paxRecord).join('') };
}

/** GNU tar's long name for the member after it. */
export function gnuLongName(name: string): FixtureMember {
  return { name: '././@LongLink', type: 'L', content: `${name}\0`, magic: 'ustar  \0' };
}

function paxRecord([key, value]: [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
  return `${length}${rest}`;
}
