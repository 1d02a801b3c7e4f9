import { describe, expect, it } from "vitest";
import { ProductError } from "../domain/errors.ts";
import { decodeText } from "./decode-text.ts";

const utf16 = Buffer.from("Host: PC\r\n", "utf16le");

describe("S02, S03: text of any tool is decoded", () => {
  it.each([
    ["UTF-8", Buffer.from("Host: PÇ"), "Host: PÇ", "utf-8"],
    ["UTF-8 with a mark", Buffer.from("\uFEFFHost: PC"), "Host: PC", "utf-8"],
    ["UTF-16 as PowerShell redirects it", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), "Host: PC\r\n", "utf-16le"],
    ["UTF-16 LE without a mark", utf16, "Host: PC\r\n", "utf-16le"],
    ["UTF-16 BE", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]), "Host: PC\r\n", "utf-16be"],
    ["UTF-16 BE without a mark", Buffer.from(utf16).swap16(), "Host: PC\r\n", "utf-16be"],
    ["UTF-16 with the single Ctrl-Z of copy", Buffer.concat([utf16, Buffer.from([0x1a])]), "Host: PC\r\n", "utf-16le"],
    ["trailing NULs and Ctrl-Z", Buffer.from("Host: PC\r\n\x1a\0\0"), "Host: PC\r\n", "utf-8"],
    ["code page 850", Buffer.from([0x48, 0x93, 0x74, 0x65, 0x3a, 0x20, 0x50]), "H\uFFFDte: P", "code-page"],
    ["code page 866", Buffer.from([0x88, 0xac, 0xef, 0x3a, 0x20, 0x50]), "\uFFFD\uFFFD\uFFFD: P", "code-page"],
    ["code page 1252", Buffer.from([0x43, 0xf4, 0x74, 0x65]), "C\uFFFDte", "code-page"],
    ["GBK", Buffer.from([0xd6, 0xf7, 0xbb, 0xfa, 0x3a]), "\uFFFD\uFFFD\uFFFD\uFFFD:", "code-page"],
    ["nothing", Buffer.alloc(0), "", "utf-8"],
    ["a word that begins like a program", Buffer.from("MZ-PC is a name"), "MZ-PC is a name", "utf-8"],
  ])("%s", (_, bytes, text, encoding) => {
    expect(decodeText(bytes, "f")).toEqual({ text, encoding });
  });

  it.each([
    ["a Windows program (PE)", "4d5a90000300000004000000ffff0000"],
    ["a ZIP archive or an Office document", "504b03041400060008000000210041"],
    ["a PNG image", "89504e470d0a1a0a0000000d49484452"],
    ["a gzip file", "1f8b0800000000000003"],
    ["a SQLite database", "53514c69746520666f726d6174203300"],
    ["binary data", "000102030405060000010203040506"],
    ["UTF-32", "fffe00004800000049000000"],
  ])("%s is refused by its name", (kind, hex) => {
    const read = (): unknown => decodeText(Buffer.from(hex, "hex"), "systeminfo.txt");
    expect(read).toThrow(ProductError);
    expect(read).toThrow(`this is ${kind}`);
  });
});
