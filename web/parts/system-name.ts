/** A system as people write it: `WindowsServer2019` → `Windows Server 2019` */
export function systemName(platform: string): string {
  return platform.replace(/^Windows(Server)?(?=\d)/, (_, server: string | undefined) =>
    server === undefined ? "Windows " : "Windows Server ",
  );
}
