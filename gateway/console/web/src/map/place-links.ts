import gcoord from "gcoord";

/** Other maps that can show a place, in whose datum it has to be given: a wrong one is 300 to 600 m off. */
export interface PlaceLink {
	name: "amap" | "baidu" | "tencent";
	url: string;
	datum: "GCJ-02" | "BD-09";
}

/** Addresses under which the maps that people here have show a place given in WGS84. */
export function placeLinks({ lat, lon }: { lat: number; lon: number }, name: string): PlaceLink[] {
	const [gcjLon, gcjLat] = gcoord.transform([lon, lat] as [number, number], gcoord.WGS84, gcoord.GCJ02);
	const [bdLon, bdLat] = gcoord.transform([lon, lat] as [number, number], gcoord.WGS84, gcoord.BD09);
	const at = (a: number, b: number) => `${a.toFixed(6)},${b.toFixed(6)}`;
	const title = encodeURIComponent(name);
	return [
		{ name: "amap", datum: "GCJ-02", url: `https://uri.amap.com/marker?position=${at(gcjLon, gcjLat)}&name=${title}` },
		{
			name: "baidu",
			datum: "BD-09",
			url: `https://api.map.baidu.com/marker?location=${at(bdLat, bdLon)}&title=${title}&content=${title}&output=html`,
		},
		{
			name: "tencent",
			datum: "GCJ-02",
			url: `https://apis.map.qq.com/uri/v1/marker?marker=coord:${at(gcjLat, gcjLon)};title:${title}`,
		},
	];
}
