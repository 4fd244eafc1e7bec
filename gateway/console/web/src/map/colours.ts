/** Colours of a theme. */
export const COLOURS = {
	light: {
		ground: "#eef1ec",
		shadow: "#5b6b5f",
		highlight: "#ffffff",
		contour: "#a3917a",
		forest: "#3f7d4f",
		grid: "#4d5f56",
		unit: "#5f3dc4",
		text: "#17211c",
		halo: "#ffffff",
		seen: "#087f5b",
		past: "#7b8a82",
		water: "#a5c8e4",
		road: "#b08968",
	},
	dark: {
		ground: "#121a16",
		shadow: "#000000",
		highlight: "#4a5a51",
		contour: "#6b6152",
		forest: "#2f6b43",
		grid: "#8fa398",
		unit: "#9775fa",
		text: "#e9efeb",
		halo: "#0e1512",
		seen: "#4cc38a",
		past: "#8b9a92",
		water: "#1d3a52",
		road: "#6b5a48",
	},
};
export type Theme = keyof typeof COLOURS;

export const FIRE = "#e8590c";

/** Of the levels of fire danger, 1 to 5 (森林火险预警信号, GB/T 36743: blue, yellow, orange, red from the second on). */
export const DANGER = { 1: "#40c057", 2: "#339af0", 3: "#fcc419", 4: "#fd7e14", 5: "#e03131" };

/** What is hot without being a fire. */
export const HEAT = "#ae3ec9";

/** Ground that a camera would see if it saw anything. */
export const LOST = "#5c636a";

/** Of what stands on the ground, apart from towers: neither red nor orange, which mean fire and fault. */
export const SITES = {
	camera: "#087f5b",
	sensor: "#4263eb",
	team: "#7048e8",
	water: "#15aabf",
	checkpoint: "#868e96",
};
