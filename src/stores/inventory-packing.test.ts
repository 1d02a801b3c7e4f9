import { expect, test } from "vitest";
import { ProductError } from "../domain/errors.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import { packContent, packedContent } from "./inventory-packing.ts";

const content: InventoryContent = {
  os: { build: 26100 },
  installedKbs: ["5074109"],
  msiPatchKbs: null,
  software: [],
  pendingRestart: false,
  notes: [],
};

test("what was packed is unpacked when it is asked for", () => {
  expect(packedContent("d", packContent(content)).content).toEqual(content);
});

test("bytes that are damaged say which inventory they are of, to whoever asks for it", () => {
  const damaged = packedContent("0123", Uint8Array.of(255, 255, 255));
  expect(damaged.digest).toBe("0123");
  expect(() => damaged.content).toThrow(ProductError);
  expect(() => damaged.content).toThrow(/inventory 0123 cannot be read/);
});
