import { jwtVerify } from "jose";

export const check: typeof jwtVerify = jwtVerify;
