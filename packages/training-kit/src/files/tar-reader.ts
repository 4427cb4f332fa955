// Reads a tar archive as it streams by: ustar, with the long names of GNU tar and of pax. Archives may come from
// anywhere: what a header says is checked before it is used, and no more than a piece is in memory at a time.

export interface TarMember {
  /** As the archive has it: may be absolute, hold `..` or be empty. */
  readonly name: string;
  /** `other`: a link, a device or whatever is no content. */
  readonly kind: 'file' | 'folder' | 'other';
  readonly sizeBytes: number;
  /** To be read before the next member is asked for; what is not read is passed over. */
  readonly content: AsyncIterable<Uint8Array>;
}

const BLOCK_BYTES = 512;
/** Of a long name or a pax header. Paths end at 4096 bytes on Linux. */
const MAX_EXTENSION_BYTES = 65_536;
/** Place and length of the header's fields that are used. */
const fields = { name: [0, 100], size: [124, 12], checksum: [148, 8], magic: [257, 6], prefix: [345, 155] } as const;
const TYPE_AT = 156;
const FOLDER = '5';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true }); // keeps one: a name is what its bytes say

/** What the headers before a member say of it. */
interface Extension {
  readonly name?: string;
  readonly sizeBytes?: number;
}

/**
 * The members in the archive's order. Ends after the last byte of `chunks`, so that a sum at their end is checked too.
 *
 * @throws RangeError when the archive is damaged, cut short or uses what is not read here; the text tells what `it` has
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember, void, undefined> {
  const reader = new ByteReader(chunks);
  let extension: Extension = {};
  for (;;) {
    const header = await reader.exactly(BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) break; // the end mark; a second one follows
    checkSum(header);
    const type = String.fromCharCode(header[TYPE_AT]!);
    const storedBytes = numberIn(header, fields.size);
    const padding = (BLOCK_BYTES - (storedBytes % BLOCK_BYTES)) % BLOCK_BYTES;
    if ('LKxg'.includes(type)) {
      if (storedBytes > MAX_EXTENSION_BYTES) {
        throw new RangeError(
          `it has a name or extension of ${storedBytes} bytes, expected ${MAX_EXTENSION_BYTES} at most`,
        );
      }
      const content = await reader.exactly(storedBytes);
      await reader.skip(padding);
      extension = { ...extension, ...readExtension(type, content) };
      continue;
    }
    const sizeBytes = extension.sizeBytes ?? storedBytes;
    if (sizeBytes !== storedBytes)
      throw new RangeError(`it has a member of ${storedBytes} bytes that claims to have ${sizeBytes}`);
    const name = extension.name ?? nameIn(header);
    const kind = kindOf(type, name);
    if (kind === 'folder' && sizeBytes > 0) throw new RangeError('it has a folder with content of its own');
    extension = {};
    let leftBytes = storedBytes;
    const content = async function* () {
      while (leftBytes > 0) {
        const piece = await reader.some(leftBytes);
        leftBytes -= piece.length;
        yield piece;
      }
    };
    yield { name, kind, sizeBytes, content: { [Symbol.asyncIterator]: content } };
    await reader.skip(leftBytes + padding);
  }
  await reader.skip(Infinity);
}

function kindOf(type: string, name: string): TarMember['kind'] {
  if (type === FOLDER) return 'folder';
  if (type !== '0' && type !== '\0') return 'other';
  return name.endsWith('/') ? 'folder' : 'file'; // as archives from before ustar mark folders
}

function readExtension(type: string, content: Uint8Array): Extension {
  if (type === 'L') return { name: textIn(content) };
  if (type === 'K') return {}; // the target of a link: links are told as `other`, whatever they point to
  const records = paxRecords(content);
  const [name, size] = [records.get('path'), records.get('size')];
  if (type === 'g' && (name !== undefined || size !== undefined))
    throw new RangeError('it has one name or size for all members');
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw new RangeError('it has a file with holes');
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw new RangeError(`it has a size that is no number`);
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { sizeBytes: Number(size) }) };
}

/** Records are `LENGTH KEY=VALUE\n`, where LENGTH counts all bytes of the record. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const digits = utf8.decode(bytes.subarray(start, Math.max(start, space)));
    const end = start + Number(digits);
    const record = utf8.decode(bytes.subarray(space + 1, end));
    const equals = record.indexOf('=');
    if (!/^\d{1,6}$/.test(digits) || end > bytes.length || equals < 1 || !record.endsWith('\n')) {
      throw new RangeError('it has a pax header that is damaged');
    }
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    start = end;
  }
  return records;
}

function checkSum(header: Uint8Array): void {
  const [at, length] = fields.checksum;
  let sum = 0; // of all bytes, the sum's own counted as spaces
  for (const [i, byte] of header.entries()) sum += i >= at && i < at + length ? 0x20 : byte;
  if (sum !== numberIn(header, fields.checksum)) throw new RangeError('it has a header whose sum is wrong');
}

/** Octal digits; GNU tar's binary form, for members of more than 8 GB, is not read. */
function numberIn(header: Uint8Array, [at, length]: readonly [number, number]): number {
  const digits = textIn(header.subarray(at, at + length)).trim();
  if (!/^[0-7]+$/.test(digits)) throw new RangeError('it has a number that is not octal');
  return Number.parseInt(digits, 8);
}

function nameIn(header: Uint8Array): string {
  const text = ([at, length]: readonly [number, number]) => textIn(header.subarray(at, at + length));
  const prefix = text(fields.magic) === 'ustar' ? text(fields.prefix) : ''; // GNU tar keeps times there
  return prefix === '' ? text(fields.name) : `${prefix}/${text(fields.name)}`;
}

/** Up to the first zero byte. */
function textIn(field: Uint8Array): string {
  const end = field.indexOf(0);
  return utf8.decode(end === -1 ? field : field.subarray(0, end));
}

/** Bytes of a stream in the portions that the reader wants. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** At least one byte and `most` at most. */
  async some(most: number): Promise<Uint8Array> {
    if (await this.#isAtEnd()) throw new RangeError('it ends in the middle: it is cut short');
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async exactly(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let done = 0; done < count;) {
      const piece = await this.some(count - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }

  /** Infinity: all that is left. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (left === Infinity && (await this.#isAtEnd())) return;
      left -= (await this.some(left)).length;
    }
  }

  async #isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      this.#rest = next.value;
    }
    return false;
  }
}
