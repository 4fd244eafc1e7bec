declare module "oidc-provider" {
	import type { IncomingMessage, ServerResponse } from "node:http";
	/** As much of the provider as tests need. */
	export default class Provider {
		constructor(issuer: string, settings: object);
		callback(): (request: IncomingMessage, response: ServerResponse) => void;
	}
}
