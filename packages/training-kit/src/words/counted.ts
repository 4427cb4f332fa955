// A number of things, in the grammar that the number asks for.

/** `1 epoch`, `10 epochs`, `1,000 people`. @param many the plural where it is not `one` with an s */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
