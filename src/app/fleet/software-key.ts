/** A software by vendor and name, as Defender's ids have it: `microsoft-_-windows_10`. */
export function softwareKey({ vendor, softwareId }: { readonly vendor: string; readonly softwareId: string }): string {
  return `${vendor}-_-${softwareId}`;
}
