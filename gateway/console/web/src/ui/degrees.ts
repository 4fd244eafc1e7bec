/** A place as people write it, "29.53, 108.77": latitude and longitude in degrees, WGS84. */
export function degreesIn(text: string): { lat: number; lon: number } | undefined {
	const [, lat, lon] = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text) ?? [];
	return lat === undefined ? undefined : { lat: Number(lat), lon: Number(lon) };
}
