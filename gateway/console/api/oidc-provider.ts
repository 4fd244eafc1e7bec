import * as oidc from "openid-client";
import type { Clock } from "../../base/clock.ts";

/** Log-in by an OpenID provider, as it is configured. */
export interface OidcSettings {
	issuer: string;
	clientId: string;
	clientSecret?: string;
	/** What its button says. */
	name: string;
}

/** Somebody who has been sent to the provider and is not back yet. */
interface Sent {
	verifier: string;
	nonce: string;
	at: number;
}

/** How long somebody may take at the provider, ms, and how many at once. */
export const AWAY_MS = 600_000;
const MOST_AWAY = 1_000;
/** For an answer of the provider, s. */
const TIMEOUT_S = 10;
/** The provider, found when somebody first asks for it: a tower without an uplink starts without it. */
export class OidcProvider {
	readonly #settings: OidcSettings;
	readonly #clock: Clock;
	readonly #sent = new Map<string, Sent>();
	#found: Promise<oidc.Configuration> | undefined;

	constructor(settings: OidcSettings, clock: Clock) {
		this.#settings = settings;
		this.#clock = clock;
	}

	/** Where to send a browser, and the state by which it is known when it comes back. */
	async send(redirectUri: string): Promise<{ url: string; state: string }> {
		const config = await this.#configuration();
		const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
		this.#sent.set(state, { verifier, nonce, at: this.#clock.monotonic() });
		const oldest = this.#sent.size > MOST_AWAY ? this.#sent.keys().next().value : undefined;
		if (oldest !== undefined) this.#sent.delete(oldest);
		const url = oidc.buildAuthorizationUrl(config, {
			redirect_uri: redirectUri,
			scope: "openid",
			state,
			nonce,
			code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
			code_challenge_method: "S256",
		});
		return { url: url.href, state };
	}

	/** The `sub` of whoever has come back; throws where that is not proved. */
	async receive(url: URL, state: string): Promise<string> {
		const sent = this.#sent.get(state);
		this.#sent.delete(state);
		if (!sent || this.#clock.monotonic() - sent.at > AWAY_MS) throw new Error("nobody was sent, or too long ago");
		const tokens = await oidc.authorizationCodeGrant(await this.#configuration(), url, {
			pkceCodeVerifier: sent.verifier,
			expectedState: state,
			expectedNonce: sent.nonce,
			idTokenExpected: true,
		});
		const sub = tokens.claims()?.sub;
		if (sub === undefined) throw new Error("the provider names nobody");
		return sub;
	}

	#configuration(): Promise<oidc.Configuration> {
		const { issuer, clientId, clientSecret } = this.#settings;
		const server = new URL(issuer);
		// in clear on this machine alone: anywhere else whoever listens could log in
		const isHere = server.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(server.hostname);
		const options = { timeout: TIMEOUT_S, ...(isHere ? { execute: [oidc.allowInsecureRequests] } : {}) };
		this.#found ??= oidc.discovery(server, clientId, clientSecret, undefined, options);
		this.#found.catch(() => {
			this.#found = undefined;
		});
		return this.#found;
	}
}
