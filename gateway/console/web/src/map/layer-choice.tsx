import { Checkbox } from "@mantine/core";
import { useReader } from "../context.ts";
import { DANGER, FIRE, HEAT, LOST, SITES } from "./colours.ts";
import { GROUPS, type Layers } from "./map-style.ts";

/** What a layer is drawn in, where that is one colour. */
const SWATCH: Partial<Record<Layers, string>> = {
	ground: "#b08968",
	forest: "rgb(63 125 79 / 40%)",
	grids: "#4d5f56",
	units: "#5f3dc4",
	orders: "rgb(201 42 42 / 35%)",
	danger: `linear-gradient(90deg, ${Object.values(DANGER).join(", ")})`,
	coverage: "rgb(8 127 91 / 55%)",
	lost: LOST,
	heat: HEAT,
	people: "#1c7ed6",
	past: "#7b8a82",
	fires: FIRE,
};

interface LayerChoiceProps {
	hidden: readonly Layers[];
	hasBase: boolean;
	onHidden: (hidden: Layers[]) => void;
}

/** What each dot is. */
function SiteColours() {
	const { w } = useReader();
	return (
		<span className="site-colours">
			{Object.entries(SITES).map(([kind, colour]) => (
				<span key={kind}>
					<i className="dot" style={{ background: colour }} /> {w.mapPage.sites[kind as keyof typeof SITES]}
				</span>
			))}
		</span>
	);
}

/** Which of what the map knows it shows. */
export function LayerChoice({ hidden, hasBase, onHidden }: LayerChoiceProps) {
	const { w } = useReader();
	const groups = (Object.keys(GROUPS) as Layers[]).filter((g) => g !== "base" || hasBase);
	return (
		<Checkbox.Group
			label={w.mapPage.layers}
			value={groups.filter((g) => !hidden.includes(g))}
			onChange={(shown) => onHidden(groups.filter((g) => !shown.includes(g)))}
		>
			<div className="layers">
				{groups.map((g) => (
					<Checkbox
						key={g}
						value={g}
						size="xs"
						label={
							<>
								{SWATCH[g] && <i className="swatch" style={{ background: SWATCH[g] }} />} {w.mapPage.groups[g]}
								{g === "sites" && <SiteColours />}
								{g === "danger" &&
									Object.entries(DANGER).map(([n, colour]) => (
										<span key={n} className="level-dot" style={{ background: colour }}>
											{n}
										</span>
									))}
							</>
						}
					/>
				))}
			</div>
		</Checkbox.Group>
	);
}
