import { Type } from "typebox";
import { Host, object, port, Secret, section, Tls } from "./pieces.ts";

/** Log-in by an OpenID provider, such as that of a county's single sign-on. */
const Oidc = object(
	{
		issuer: Type.String({ pattern: "^https?://", description: "Its address, as in `iss` of its tokens." }),
		clientId: Type.String({ minLength: 1, maxLength: 200, description: "What this gateway is called there." }),
		clientSecret: Type.Optional(Secret("Secret of this gateway there")),
		name: Type.String({ default: "OpenID", maxLength: 40, description: "What its button says." }),
	},
	"Log-in by an OpenID Connect provider, beside passwords; needs publicUrl. A user is found by `sub`.",
);

/** The web page of the tower. */
export const Console = section(
	{
		host: Host,
		port: port(8080),
		tls: Type.Optional(Tls),
		trustedProxies: Type.Array(Type.String({ description: "an address, or a network like 10.0.0.0/8" }), {
			default: [],
			maxItems: 16,
			description:
				"Addresses or networks of trusted reverse proxies before the console: the client is the address that they name in X-Forwarded-For. Without it all clients behind a proxy count as one address, and share one limit of wrong passwords.",
		}),
		publicBoard: Type.Enum(["none", "names", "phones"], {
			default: "none",
			description:
				"Public notice 信息公开 under /board of who answers for which grid: none, names, or names with phones.",
		}),
		viewerPassword: Type.Optional(
			Secret(
				'Password of the user "viewer", who sees incidents without names, positions and photos of people, and changes nothing',
			),
		),
		oidc: Type.Optional(Oidc),
	},
	"The web page of the tower.",
);
