// The seeds of rings in a model's topology, which is the JSON that tfjs writes: snake-case keys, layers anywhere inside.

/**
 * A copy of a topology with other seeds; none at all where `seedOf` gives null.
 *
 * @throws TypeError for the keys `__proto__`, `constructor` and `prototype`, which no topology of tfjs has
 */
export function withSeeds(topology: object, seedOf: (ringName: string) => string | null): object {
  const entries = Object.entries(topology).map(([key, value]: [string, unknown]) => {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new TypeError(`The model's topology has the key ${key}, which has no place there.`);
    }
    return [key, typeof value === 'object' && value !== null ? withSeeds(value, seedOf) : value] as const;
  });
  if (Array.isArray(topology)) return entries.map(([, value]) => value);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  const { class_name: kind, config } = copy;
  if (kind !== 'RpgRing' || typeof config !== 'object' || config === null || !('name' in config)) return copy;
  const seed = seedOf(String(config.name));
  return { ...copy, config: { ...config, seed: seed === null ? null : { name: seed } } };
}
