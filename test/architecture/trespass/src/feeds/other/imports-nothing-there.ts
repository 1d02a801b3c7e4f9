// @ts-expect-error the file does not exist
import { nothing } from "./nowhere.ts";

export const lost: unknown = nothing;
