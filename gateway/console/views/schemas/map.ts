import { type Static, Type } from "typebox";
import { GROUND_KINDS } from "../../../model/register.ts";
import { list, named, optional, Position, said, shape, text, time } from "./shape.ts";

/** Rings of [lon, lat], the first one outer, as in GeoJSON. */
const polygons = list(list(list(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }))));

export const MapView = named(
	"MapView",
	shape(
		{
			version: said("Changes with what is shown."),
			hasTerrain: Type.Boolean({ description: "Whether there are tiles of heights." }),
			box: optional(Type.Array(Type.Number(), { description: "Where heights are known: west, south, east, north." })),
			base: optional(
				shape(
					{
						kind: Type.Enum(["raster", "pmtilesRaster", "pmtilesVector"]),
						layers: Type.Array(list(text), { description: "Of tiles: addresses of each layer, the lowest first." }),
						attribution: text,
						maxZoom: Type.Integer(),
					},
					"What lies under it; PMTiles are at /api/map/base.",
				),
			),
			people: list(shape({ id: text, name: text, at: time, position: Position, incidentId: text, what: text }), {
				description: "Where people of open fires last said they were.",
			}),
			tower: shape({ id: text, name: text, lat: Type.Number(), lon: Type.Number() }),
			cameras: list(
				shape({
					id: text,
					name: text,
					lat: Type.Number(),
					lon: Type.Number(),
					azimuthDeg: Type.Number(),
					fovDeg: Type.Number(),
					rangeM: Type.Number(),
				}),
			),
			grids: list(shape({ code: text, name: text, polygons })),
			units: list(shape({ code: text, name: text, level: text }), {
				description:
					"Counties, townships and villages; their ground is that of the grids whose code begins with theirs.",
			}),
			forest: polygons,
			teams: list(shape({ id: text, name: text, tier: text, position: Position, strength: optional(Type.Number()) })),
			places: list(shape({ id: text, kind: text, name: text, position: Position })),
			orders: list(
				shape({
					id: text,
					kind: text,
					grids: list(text),
					around: optional(shape({ position: Position, radiusM: Type.Number() })),
					from: time,
					to: time,
					document: text,
				}),
			),
		},
		"What stands on the map; positions are WGS84.",
	),
);
export type MapView = Static<typeof MapView>;

export const GroundShape = named(
	"GroundShape",
	shape(
		{
			kind: Type.Enum([...GROUND_KINDS]),
			name: optional(text),
			lines: list(list(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }))),
			polygons,
		},
		"A road or a water; positions are [lon, lat], WGS84.",
	),
);
export type GroundShape = Static<typeof GroundShape>;

export const Coverage = named(
	"Coverage",
	shape(
		{ polygons: list(list(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }))) },
		"Ground that a camera sees.",
	),
);
