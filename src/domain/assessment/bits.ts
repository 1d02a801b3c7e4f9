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

/** A new set of what is in one and not in the other. */
export function bitsWithout(bits: Bits, other: Bits): Bits {
  const left = new Uint32Array(bits.length);
  for (let word = 0; word < bits.length; word++) left[word] = ((bits[word] ?? 0) & ~(other[word] ?? 0)) >>> 0;
  return left;
}

/** The numbers in the set, rising. */
export function membersOf(bits: Bits): number[] {
  const members: number[] = [];
  for (let word = 0; word < bits.length; word++) pushMembers(members, word, bits[word] ?? 0);
  return members;
}

/** The numbers below `size` that are not in the set, rising. */
export function membersOutside(bits: Bits, size: number): number[] {
  const members: number[] = [];
  for (let word = 0; word < bits.length; word++) pushMembers(members, word, ~(bits[word] ?? 0));
  while ((members.at(-1) ?? -1) >= size) members.pop();
  return members;
}

function pushMembers(members: number[], word: number, ofWord: number): void {
  for (let rest = ofWord; rest !== 0; rest &= rest - 1) members.push(word * 32 + 31 - Math.clz32(rest & -rest));
}
