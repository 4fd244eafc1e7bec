import type { RegisterFiles } from "../../gateway/register/import.ts";

/** Files of a small register. */

export const square = (code: string, lon: number) => ({
	type: "Feature",
	properties: { code, name: `grid ${code}` },
	geometry: {
		type: "Polygon",
		coordinates: [
			[
				[lon, 29],
				[lon + 0.1, 29],
				[lon + 0.1, 29.1],
				[lon, 29.1],
				[lon, 29],
			],
		],
	},
});
export const grids = {
	name: "grids.geojson",
	text: JSON.stringify({
		type: "FeatureCollection",
		features: [square("500114001001", 108), square("500114001002", 108.1)],
	}),
};
export const header = "id,name,role,level,grids,phone,channels";
/** A small register with every part. */
export const full: RegisterFiles = {
	grids,
	people: {
		name: "people",
		text: `${header},title,deputyOf,condition,from,to,verified\np1,张三,chief,village,500114001001;500114001002,13800000000,webpush;sms,村级林长,,,2026-01-01,,2026-04-01\np2,李四,officer,county,500114,,webpush,,,,,,2026-01-01\n`,
	},
	teams: {
		name: "teams",
		text: "id,name,tier,lat,lon,grids,leader,strength\nt1,半专业队,township,29.05,108.05,500114001,p1,30\n",
	},
	assignments: { name: "assignments", text: "person,role,level,grids,deputyOf\np2,chief,township,500114001,p1\n" },
	roster: {
		name: "roster",
		text: "post,person,from,to,kind\nofficer@500114,p1,2026-04-05,2026-04-05,\nfor:p2,p1,2026-04-06T08:00,2026-04-06T20:00,override\n",
	},
	units: { name: "units", text: "code,name,level\n500114,某县,county\n" },
	places: { name: "places", text: "id,kind,name,lat,lon,owner,from\nk1,kiln,砖窑,29.01,108.01,某厂,2026-01-01\n" },
	orders: {
		name: "orders",
		text: "id,kind,grids,from,to,document,lat,lon,radiusM\no1,fireBan,500114,2026-03-01,2026-04-30,2号令,,,\no2,permit,,2026-04-05T08:00,2026-04-05T12:00,17号,29.05,108.05,200\n",
	},
	ground: {
		name: "ground",
		text: JSON.stringify({
			type: "FeatureCollection",
			features: [
				{
					type: "Feature",
					properties: { kind: "road", name: "县道 1" },
					geometry: {
						type: "LineString",
						coordinates: [
							[108, 29.02],
							[108.1, 29.02],
						],
					},
				},
				{ ...square("", 108.01), properties: { kind: "lake" } },
			],
		}),
	},
	forest: { name: "forest", text: JSON.stringify({ type: "FeatureCollection", features: [square("", 108)] }) },
	cards: { name: "cards", text: "grid,access,water,key,hazards,notes\n500114001001,村道,水库,村委会,高压线,\n" },
};
