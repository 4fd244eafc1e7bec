import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { saidError } from "../base/said-error.ts";
import { phrase } from "../base/say.ts";
import type { MapView } from "./views/schemas.ts";

/** What lies under the map, as it is configured: one of these. */
export interface BaseMapSettings {
	/** A PMTiles file, relative to the configuration's folder. */
	file?: string;
	tiles?: { url: string; attribution: string; maxZoom: number };
	tianditu?: { key: string };
}

export interface BaseMap {
	view: NonNullable<MapView["base"]>;
	/** Other machines that pages load it from. */
	origins: string[];
	/** Of the file. */
	path?: string;
}

/** 天地图: the county's vector map and, over it, its names; CGCS2000, within centimetres of WGS84. Its tiles end at 18. */
const TIANDITU_HOSTS = ["t0", "t1", "t2", "t3"].map((name) => `https://${name}.tianditu.gov.cn`);
const TIANDITU_LAYERS = ["vec", "cva"];
const TIANDITU_MOST_ZOOM = 18;

/** The base map of a configuration. Throws LK0702 when its file cannot be used. */
export function baseMapOf({ file, tiles, tianditu }: BaseMapSettings, baseDir: string): BaseMap | undefined {
	if (file !== undefined) {
		const path = resolve(baseDir, file);
		return { view: { kind: kindIn(path), layers: [], attribution: "", maxZoom: 0 }, origins: [], path };
	}
	if (tianditu) {
		const layers = TIANDITU_LAYERS.map((layer) =>
			TIANDITU_HOSTS.map((host) => tiandituTile(host, layer, tianditu.key)),
		);
		const view = { kind: "raster" as const, layers, attribution: "天地图", maxZoom: TIANDITU_MOST_ZOOM };
		return { view, origins: TIANDITU_HOSTS };
	}
	if (!tiles) return undefined;
	const { url, attribution, maxZoom } = tiles;
	return {
		view: { kind: "raster", layers: [[url]], attribution, maxZoom },
		origins: [new URL(url.replace(/\{[a-z]\}/g, "0")).origin],
	};
}

function tiandituTile(host: string, layer: string, key: string): string {
	const asked = `SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles`;
	return `${host}/${layer}_w/wmts?${asked}&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${encodeURIComponent(key)}`;
}

/** Bytes of a PMTiles header, and where in it the kind of its tiles stands (PMTiles specification, version 3). */
const HEADER = 127;
const TILE_TYPE = 99;
const VECTOR = 1;

/** Whether a PMTiles file holds pictures or shapes. */
function kindIn(path: string): "pmtilesRaster" | "pmtilesVector" {
	const header = Buffer.alloc(HEADER);
	try {
		const file = openSync(path, "r");
		try {
			readSync(file, header, 0, HEADER, 0);
		} finally {
			closeSync(file);
		}
	} catch (cause) {
		throw saidError("LK0702", phrase("fault.baseMap", { file: path }), { cause });
	}
	if (header.toString("latin1", 0, 7) !== "PMTiles" || header[7] !== 3)
		throw saidError("LK0702", phrase("fault.baseMap", { file: path }));
	return header[TILE_TYPE] === VECTOR ? "pmtilesVector" : "pmtilesRaster";
}
