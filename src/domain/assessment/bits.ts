/** A set of small numbers as words of 32 bits: what an update covers, what a device has. */
export type Bits = Uint32Array;

export function newBits(size: number): Bits {
  return new Uint32Array((size + 31) >> 5);
}

export function setBit(bits: Bits, index: number): void {
  const word = index >> 5;
  bits[word] = ((bits[word] ?? 0) | (1 << (index & 31))) >>> 0;
}

export function hasBit(bits: Bits, index: number): boolean {
  return (((bits[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Adds all of `other` to `bits`. */
export function addBits(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = ((bits[word] ?? 0) | (other[word] ?? 0)) >>> 0;
}

/** Takes all of `other` out of `bits`. */
export function removeBits(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = ((bits[word] ?? 0) & ~(other[word] ?? 0)) >>> 0;
}

/** A set as a text to remember things by: two that are as long have the same one if they are the same. */
export function bitsKey(bits: Bits): string {
  // Spread, the words would go through an iterator one by one.
  return Reflect.apply(String.fromCharCode, undefined, new Uint16Array(bits.buffer, bits.byteOffset, bits.length * 2));
}

/** The numbers below `size` that are not in the set, rising. */
export function membersOutside(bits: Bits, size: number): number[] {
  const members: number[] = [];
  for (let word = 0; word < bits.length; word++) {
    let rest = ~(bits[word] ?? 0);
    while (rest !== 0) {
      const index = word * 32 + 31 - Math.clz32(rest & -rest);
      if (index >= size) break;
      members.push(index);
      rest &= rest - 1;
    }
  }
  return members;
}
