import { Checkbox, Group } from "@mantine/core";
import { useReader } from "../context.ts";
import { DANGER, HEAT } from "./colours.ts";
import { GROUPS, type Layers } from "./map-style.ts";

/** What a layer is drawn in, where that is one colour. */
const SWATCH: Partial<Record<Layers, string>> = {
	ground: "#b08968",
	forest: "rgb(63 125 79 / 40%)",
	grids: "#4d5f56",
	orders: "rgb(201 42 42 / 35%)",
	danger: `linear-gradient(90deg, ${Object.values(DANGER).join(", ")})`,
	coverage: "rgb(8 127 91 / 55%)",
	lost: "rgb(201 42 42 / 55%)",
	heat: HEAT,
	people: "#1c7ed6",
	past: "#7b8a82",
};

interface LayerChoiceProps {
	hidden: readonly Layers[];
	hasBase: boolean;
	onHidden: (hidden: Layers[]) => void;
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
			<Group gap="xs">
				{groups.map((g) => (
					<Checkbox
						key={g}
						value={g}
						size="xs"
						label={
							<>
								{SWATCH[g] && <i className="swatch" style={{ background: SWATCH[g] }} />} {w.mapPage.groups[g]}
							</>
						}
					/>
				))}
			</Group>
		</Checkbox.Group>
	);
}
