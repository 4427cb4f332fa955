// Keeps what was loaded until it would take more than a given number of bytes; the longest unused goes first.

export interface ByteCache<Value extends object> {
  /** The value of `key`, loaded when it is not held. A failed load is not kept, nor one that gives undefined. */
  get(key: number): Promise<Value | undefined>;
  /** Bytes of the values held. */
  readonly sizeBytes: number;
}

interface CacheOptions<Value> {
  /** A value larger than this is never kept; 0 keeps none. */
  readonly maxBytes: number;
  readonly load: (key: number) => Value | undefined | Promise<Value | undefined>;
  readonly sizeBytesOf: (value: Value) => number;
}

/** A cache that holds nothing yet. */
export function createByteCache<Value extends object>({
  maxBytes,
  load,
  sizeBytesOf,
}: CacheOptions<Value>): ByteCache<Value> {
  const held = new Map<number, Value>(); // a Map remembers the order of insertion: oldest first
  let heldBytes = 0;
  const keep = (key: number, value: Value): void => {
    const valueBytes = sizeBytesOf(value);
    if (valueBytes > maxBytes || held.has(key)) return; // another call may have loaded it meanwhile
    for (const [oldest, dropped] of held) {
      if (heldBytes + valueBytes <= maxBytes) break;
      held.delete(oldest);
      heldBytes -= sizeBytesOf(dropped);
    }
    held.set(key, value);
    heldBytes += valueBytes;
  };
  return {
    get sizeBytes() {
      return heldBytes;
    },
    async get(key) {
      const known = held.get(key);
      if (known !== undefined) {
        held.delete(key);
        held.set(key, known); // now the youngest
        return known;
      }
      const loaded = await load(key);
      if (loaded !== undefined) keep(key, loaded);
      return loaded;
    },
  };
}
