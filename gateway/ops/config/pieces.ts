import { type TSchema, Type } from "typebox";

/** Pieces that the parts of the configuration's description share. */

export const object = <T extends Record<string, TSchema>>(properties: T, description: string) =>
	Type.Object(properties, { additionalProperties: false, description });
/** A section that may be left out: its own defaults fill it. */
export const section = <T extends Record<string, TSchema>>(properties: T, description: string) =>
	Type.Object(properties, { additionalProperties: false, description, default: {} });

export const Id = (what: string) =>
	Type.String({
		pattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$",
		description: `${what}: letters, digits, ".", "_", "-"; at most 63.`,
	});
export const Secret = (what: string) =>
	Type.String({ minLength: 1, description: `${what}. Write "file:/path" or "env:NAME" to keep it out of this file.` });
export const PublicKey = (what: string) => Type.String({ pattern: "^[A-Za-z0-9_-]{43}$", description: `${what}.` });
export const Lat = Type.Number({ minimum: -90, maximum: 90, description: "Latitude in degrees, WGS84." });
export const Lon = Type.Number({ minimum: -180, maximum: 180, description: "Longitude in degrees, WGS84." });
export const Name = Type.String({ minLength: 1, maxLength: 100, description: "Name that people see." });
export const Tls = object(
	{
		certificate: Type.String({ description: "Path of the PEM certificate chain." }),
		key: Type.String({ description: "Path of the PEM private key." }),
	},
	"TLS certificate; required as soon as the listener leaves loopback.",
);
export const port = (value: number) =>
	Type.Integer({ minimum: 0, maximum: 65535, default: value, description: "TCP port; 0 picks a free one." });
export const Host = Type.String({ default: "127.0.0.1", description: "Address to listen on." });
