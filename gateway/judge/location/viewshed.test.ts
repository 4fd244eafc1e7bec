import { inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { azimuthDeg, curvatureDropM, destination, distanceM, type Position } from "../../geo/position.ts";
import { hiddenAt } from "../../geo/visibility.ts";
import { smallWorld } from "../../sim/world.ts";

/**
 * How high above ground a target becomes visible, metres (255: more, or beyond 11.9 km), by GDAL 3.6.2 on the made
 * country 5, on cells of 100 m around the first camera, every fourth cell in both directions: gdal_viewshed -md 12000
 * -ox 500000 -oy 3300000 -oz 38 -cc 0.87 -tz 0 -om GROUND
 */
const GDAL = [
	"eNrNV3twVNUZ/+7eu9n33dfd9yu7m81uNtk8drN5P0iyJGwejUmQxDx4GyFtEtTBGCKBGkAiII4iUOKjzoiMk9LGWgk+aFEatFNbR2qdDnSKpVMdKVC1Ha2PcXvO2c0+Atj4X89M7s09",
	"5/zO9/p93/k2Evn/Gn8/n/L56mqAxQEvob//vJ8y9XgtSBYDb9n6MXpeSZn75nEdQ4Hof8EpqGmeuXD169TZ6fYCYJFo/rfCdY6qsvaJC2+nCv7oxfU1XlsWH/RmSn1TLNdYs76sfuLM",
	"m3NfX/sqaf5nw6213gADoNDZmRtDAWwmd05l6eaXfv/E6Rc+SVqZ2RLqyLZxACDXwA1Vdwh5KgGo6+/a8tzPd+8+lrTyxaENy/vK+QKEEzgUjARuIBdFw2Myl3UM7Dx1/8FX3k0svfPM",
	"yK35pZlatAXEQAnFcD1YCmpHgYgp6ti3cXzg+KXE0u9GQmpzfj5Xj9F8EVwH5tPAA2UGA+rywl2Pbh95/dPE2h8eKcOw/HsUQIZeLE3BKoBCs06lXQqarif371n92IdJaj+0HFmbOVRB",
	"RcFp0hSnKcm0UOBCz9zKqWeefvbAB5F/z69eO7baxqekdq8qCgY+k4ym0vAcneEBg3XFxsOzZ944/va1RJa80I2dJdKZY2BVcrxicxndyyuXHH5l6sSfUv1xdarZRDYoXH6Ij2SwfGnJ",
	"tpf3PvDE3LmXfnt1gTcPrnMQW0FfoqrIERoVpeE4mByktHVse/bJsx9dvfzeycsLwKcP9zujorU8Nrems2FtnW4eDcTVTN4j+1/7InL+7KnptxaAPzxztBCEADxKCOLCO/pqQiVckZ4s",
	"ZRNXU5D1w8lf/u3C7AOvnr60AHzhqTEekSwEOjs8Ut1aoC6uy4S41gz4elrWfG/75F3jR05e/CQFe/nY3k6Gk1rEAHawrhzrH7q9wF+nImAt4GOVHKUM2HtW9TYv2XwyVfDxrcM+tEPd",
	"GECaZ9T17KoKV7orTNKYZJRtKKOUFqvZG+rMr9+yPyktIqea3TolchBX58UECYW1PC6neZ03K4pVMZjZQnCCNq0wS3LvwaemP06An5ssIpb5WPBbgKbNQp6ium+kckUxAuvdFfJsVN14",
	"hjKKljOw9LX3fvXWn+PYXz/90ForBvNYUGJuSSWQHr6vs7M/jCUrDQ6DHECmJLyF7t/Mffr5l/Oi//Xmw73l6QliAY1Iauv9QVN3az4G2zM6EHcVJOFEwdt2Hpo9/81nkchn587+8crM",
	"3F+ev3sZTWBS/NBEE0vI8oAlNqsrrHKgHeiEzHDr5oen3vhH5PNI5Kuf3NM3mDM2/fruHhlhggJoHGr0n8aGyZ6GwZnVG7vDRGfIrlo1uPdHJ4jC7z+4Qg6sb8/MgdX2qMaMMPqWC+yF",
	"FXJMUODunDh0fEgHYlThKHvXvhffuRg1d9QhBIFmoLd9ZRSU4TfiVxZmReO2OgaDwbKkuL3GEMtzx6bHZj648k90Z3x5JIQKnqJn/b23RA2l1UEpuTaA1ZTWdCoQWCdME4I31KxH80TC",
	"mplfHLlz+txfL1981GVRmP1rVvrkxOYCNjdWSyiN3pqD1S4kn5wT13TimOwDJ8Zy1+yYev7dMxPrbtEbah1RhFYrmA8XD1QqGrhIZDiLpCSlolkx0QncDT6fKb1vx7m56Z/2SPQxAMuL",
	"R5rUb3C1RCKb3LjcoztQ7PSA2hUngyB4ePbI5nDMFcYkmuBYowN0iCQDPgb8TvTN0ELQmqIsI8NVnd/FkJTjC6T8uMagFkoxX6R8FBGsPR84lq8tSDod11Op0QqxIhAfyLnpGnIiyWc5",
	"ZGJVSkvMcgxRJ0yjYocgrUwJeEcXEqJlldFKIgXkxuC+ySqsr9driCoHiReKRSCOTW9cgQMW6qUx2Oi1uWXALt9UFlNSIEUXYXSIyFNCFbTNizYE+rci79Emn4vQUJbuRLdr+I6hSiRL",
	"jx1JaaJiZbEjNCIT1i4NLXlyl9WiKTOIY6UXJSPXNNDUhtKWk2JVxWgXL9Pkq3eXeq1UcpQgp9iCX2pdUtUPNH+/1YFPJ6kr4FMyxe0lodH790yO2XhJWMvd9TzQ8pGfkq8ba022D9PI",
	"Er3/sWayvLUjw/cNZyOvK+io9faGrf028IiAZ07cdIj5PF0GZDXnmiChprJM1905lC21CiQyYr6E19GxrMVqSOlqRIF8zFDKN96uEyUoBjw6r3uVBdQBMwq3RKM1W1l3VVsD4nByR5Wz",
	"rEIVpCB3cDAg0wsA6R4LjVeKEyPYlA786nB4dKh0af4GH7egnZo9Oho0a6zdfkWap45hAeJxQj6kdEaBvaX/wfGJ0YbBWkOxd2FH8/KhWqfT15Zl1GcUlofcmMXRmokTTug3muvWj2zs",
	"CNfXlQkZ08JW6se7tuy8NcACnanTrRpuw+GRqkXR3gkoXbDAWoluRqO5qNoNyuu6uPHdR7d70GaH09O1ow03IahTIWWHVuRpLQazq77EzkCwSHGj/nHXgCtsQYbKArdt8ANim1oOlAhZ",
	"zBZ3cqjMZ+c01ZR4itmbtM2eRr8TKelaFwJVpU8pAqOBKytHRTtkQ8W6UBWsr1VyN+2ZcyUeFSoSLgFIOLsIZJ40qG7KI57Xqdwilf5bu3Vsc4LIEnSNyFkSM2ZBA3VTeIzcskRB4rOL",
	"gZLfCmq+jkAolk+qES128RYHJW1sLqcWKkj1Ets5CeEJfJefZfMFs4D9jsBFj/8C03V2ag==",
];
const [STEP_M, HALF, EVERY] = [100, 120, 4];

/** The same by looking along the line in steps of five metres. */
function alongTheLine(
	terrain: { heightM: (p: Position) => number },
	{ position, heightM }: { position: Position; heightM: number },
	east: number,
	north: number,
): number {
	const [range, azimuth] = [Math.hypot(east, north), (Math.atan2(east, north) * 180) / Math.PI];
	const slope = (r: number) => (terrain.heightM(destination(position, azimuth, r)) - curvatureDropM(r) - heightM) / r;
	let horizon = Number.NEGATIVE_INFINITY;
	for (let r = 200; r < range - 2; r += 5) horizon = Math.max(horizon, slope(r));
	return Math.max(0, (horizon - slope(range)) * range);
}

it("what is seen and what is hidden is what GDAL's viewshed says", () => {
	const truth = inflateSync(Buffer.from(GDAL.join(""), "base64"));
	const { terrain, cameras } = smallWorld(5);
	const pose = cameras[0]?.pose as NonNullable<(typeof cameras)[number]>["pose"];
	const at = (east: number, north: number) =>
		destination(pose.position, (Math.atan2(east, north) * 180) / Math.PI, Math.hypot(east, north));
	// the same cells as GDAL has, read in between
	const cells = new Map<number, number>();
	const cell = (x: number, y: number) => {
		const key = x * 1000 + y;
		const height = cells.get(key) ?? terrain.heightOf(at(x * STEP_M, y * STEP_M));
		cells.set(key, height);
		return height;
	};
	const heights = {
		heightM: (p: Position) => {
			const [azimuth, distance] = [(azimuthDeg(pose.position, p) * Math.PI) / 180, distanceM(pose.position, p)];
			const [x, y] = [(Math.sin(azimuth) * distance) / STEP_M, (Math.cos(azimuth) * distance) / STEP_M];
			const [left, low] = [Math.floor(x), Math.floor(y)];
			const row = (n: number) => cell(left, n) * (left + 1 - x) + cell(left + 1, n) * (x - left);
			return row(low) * (low + 1 - y) + row(low + 1) * (y - low);
		},
	};
	let [looked, agreed, opposite] = [0, 0, 0];
	const off: number[] = [];
	const side = 2 * (HALF / EVERY) + 1;
	truth.forEach((hidden, i) => {
		const [east, north] = [((i % side) * EVERY - HALF) * STEP_M, (HALF - Math.floor(i / side) * EVERY) * STEP_M];
		const range = Math.hypot(east, north);
		if (range < 500 || range > 11_900) return;
		const found = hiddenAt(heights, pose, (Math.atan2(east, north) * 180) / Math.PI, range) ?? 0;
		looked++;
		if (found < 1 === hidden < 1) agreed++;
		else if (Math.max(found, hidden) > 10 && Math.min(found, hidden) < 1) opposite++;
		if (i % 7 === 0) off.push(Math.abs(found - alongTheLine(heights, pose, east, north)));
	});
	off.sort((a, b) => a - b);
	expect(looked).toBeGreaterThan(2_500);
	expect(agreed / looked).toBeGreaterThan(0.97);
	// GDAL reckons with planes through neighbouring cells, which are off behind thin ridges; the line itself is looked
	// along below
	expect(opposite / looked).toBeLessThan(0.005);
	expect(off[Math.floor(off.length * 0.5)]).toBeLessThan(0.5);
	expect(off[Math.floor(off.length * 0.95)]).toBeLessThan(8);
});
