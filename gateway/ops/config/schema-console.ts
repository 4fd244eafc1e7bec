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

/** What lies under the map: loaded by the pages of whoever looks, from the gateway or from elsewhere. */
const BaseMap = Type.Object(
	{
		file: Type.Optional(
			Type.String({ minLength: 1, description: "PMTiles file, relative to this one: works without any network." }),
		),
		tiles: Type.Optional(
			object(
				{
					url: Type.String({
						pattern: "^https?://[^{]*\\{z\\}.*\\{[xy]\\}.*\\{[xy]\\}",
						description: "Address of a tile with {z}, {x} and {y}, Web Mercator; on the datum WGS84.",
					}),
					attribution: Type.String({ default: "", maxLength: 200, description: "Whose map it is; shown on it." }),
					maxZoom: Type.Integer({ minimum: 1, maximum: 22, default: 18, description: "Deepest zoom there is." }),
				},
				"Tiles of any server: the browser asks it for them.",
			),
		),
		tianditu: Type.Optional(
			object(
				{ key: Secret("Key (tk) for browsers, from the site's developers' page") },
				"天地图, vector map and names.",
			),
		),
	},
	{
		additionalProperties: false,
		minProperties: 1,
		maxProperties: 1,
		description: "Base map under the desk's own map, one of these. Without it no page asks any other machine.",
	},
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
		map: Type.Optional(BaseMap),
	},
	"The web page of the tower.",
);
