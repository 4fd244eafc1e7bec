import { createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "../../base/random.ts";

/**
 * Node passwords are made by us with 160 random bits, so one SHA-256 is enough to keep them: there is no
 * dictionary to try. People's passwords are another matter (console/api/auth.ts).
 */
export function makeCredential(random: Random): { password: string; credential: string } {
	const password = Buffer.from(random.bytes(20)).toString("base64url");
	return { password, credential: `sha256:${sha256(password)}` };
}

/** Whether the password belongs to the credential; takes the same time for every wrong one. */
export function checkCredential(credential: string | undefined, password: Uint8Array | undefined): boolean {
	const expected = Buffer.from((credential ?? `sha256:${"0".repeat(64)}`).slice("sha256:".length), "hex");
	const given = createHash("sha256")
		.update(password ?? new Uint8Array())
		.digest();
	return timingSafeEqual(expected, given) && credential !== undefined && password !== undefined;
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}
