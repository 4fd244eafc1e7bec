import { basename, dirname } from "node:path";
import { encode } from "fast-png";
import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { TILE, terrainTile } from "../../geo/terrain-tile.ts";
import { viewshed } from "../../geo/viewshed.ts";
import { Coverage, GroundShape, MapView } from "../views/schemas.ts";
import { isOf } from "./areas.ts";
import { idParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Tiles that are kept, about 20 KB each; a browser keeps its own for a day. */
const MOST_TILES = 400;
const A_DAY_S = 86_400;
const tileParams = Type.Object({
	z: Type.Integer({ minimum: 0, maximum: 14 }),
	x: Type.Integer({ minimum: 0, maximum: 16_383 }),
	y: Type.Integer({ minimum: 0, maximum: 16_383 }),
});

/** What stands on the map, the heights of its ground as tiles, and what each camera sees of it. */
export function mapRoutes(app: App, { backend, guard, audit }: Services): void {
	const tiles = new Map<string, Promise<Buffer>>();
	const coverage = new Map<string, Promise<[number, number][][]>>();
	app.get(
		"/api/map",
		{
			schema: {
				summary: "What stands on the map; where people are for those who may see it.",
				response: answers(MapView),
			},
		},
		async (request) => {
			const map = backend.map();
			if (!guard.seesPeople(request)) return { ...map, people: [] };
			const who = guard.who(request);
			const gridsOf = new Map(backend.people().map((p) => [p.id, p.grids]));
			const people = map.people.filter(({ id }) => isOf(who, gridsOf.get(id) ?? []));
			if (people.length > 0) audit.looked(who, "map");
			return { ...map, people };
		},
	);
	app.get(
		"/api/map/ground",
		{ schema: { summary: "Roads and water.", response: answers(Type.Array(GroundShape)) } },
		async () => [...(backend.register.inForce().ground ?? [])],
	);
	app.get("/api/map/base", { schema: { summary: "The base map's PMTiles, by ranges." } }, async (_request, reply) => {
		const path = backend.baseMap()?.path;
		if (path === undefined) return refuse(reply, 404, phrase("api.noFile"));
		return reply.sendFile(basename(path), dirname(path), { acceptRanges: true });
	});
	app.get(
		"/api/map/heights/:z/:x/:y",
		{ schema: { summary: "Heights of a tile of the ground, PNG (terrarium).", params: tileParams } },
		async ({ params: { z, x, y } }, reply) => {
			const terrain = backend.terrain();
			if (!terrain) return refuse(reply, 404, phrase("api.noTerrain"));
			const png = await remembered(tiles, `${z}/${x}/${y}`, MOST_TILES, async () => {
				const data = await terrainTile(terrain, { z, x, y });
				return Buffer.from(encode({ width: TILE, height: TILE, data, channels: 3, depth: 8 }));
			});
			return reply.type("image/png").header("cache-control", `private, max-age=${A_DAY_S}`).send(png);
		},
	);
	app.get(
		"/api/map/coverage/:id",
		{ schema: { summary: "The ground that a camera sees.", params: idParams, response: answers(Coverage) } },
		async ({ params: { id } }, reply) => {
			const camera = backend.map().cameras.find((c) => c.id === id);
			const lens = backend.lens(id);
			if (!camera || !lens) return refuse(reply, 404, phrase("api.noCamera"));
			const { azimuthDeg, fovDeg, rangeM } = camera;
			const polygons = await remembered(coverage, id, MOST_TILES, () =>
				viewshed(backend.terrain(), { ...lens, azimuthDeg, fovDeg, rangeM }),
			);
			return { polygons };
		},
	);
}

/** What was worked out once; the one that was asked for longest ago makes room. What failed is tried again. */
function remembered<T>(kept: Map<string, Promise<T>>, key: string, most: number, make: () => Promise<T>): Promise<T> {
	const made = kept.get(key) ?? make();
	kept.delete(key);
	kept.set(key, made);
	made.catch(() => kept.delete(key));
	const oldest = kept.size > most ? kept.keys().next().value : undefined;
	if (oldest !== undefined) kept.delete(oldest);
	return made;
}
