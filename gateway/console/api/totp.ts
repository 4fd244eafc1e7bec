import { Secret, TOTP } from "otpauth";

/** A code of the step before or after counts as well: clocks of towers and phones differ (RFC 6238, 5.2). */
const WINDOW = 1;
const PERIOD_S = 30;

/** A secret for a second factor: 20 bytes (RFC 4226, 4), base32. */
export function secretOf(bytes: Uint8Array): string {
	return new Secret({ buffer: bytes.slice().buffer }).base32;
}

/** What an authenticator app reads: `otpauth://totp/...`. */
export function uriOf(secret: string, issuer: string, label: string): string {
	return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: PERIOD_S }).toString();
}

/** The step whose code it is, counted since 1970; undefined when it is none. `now`: ms since 1970. */
export function stepOf(secret: string, code: string, now: number): number | undefined {
	const token = code.replace(/\s/g, "");
	if (!/^\d{6}$/.test(token)) return undefined;
	const totp = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD_S });
	const delta = totp.validate({ token, window: WINDOW, timestamp: now });
	return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_S) + delta;
}
