import { Button, Group, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useReader } from "../context.ts";
import { degreesIn } from "../ui/degrees.ts";

/** A landmark that is typed: where it stands in the picture, per cent, and where on the ground. */
export function TypedLandmark({
	onAdd,
}: {
	onAdd: (mark: { x: number; y: number; lat: number; lon: number }) => void;
}) {
	const { w } = useReader();
	const c = w.calibration;
	const [picture, setPicture] = useState<{ x: number | string; y: number | string }>({ x: "", y: "" });
	const [place, setPlace] = useState("");
	const isPlace = degreesIn(place) !== undefined;
	const add = (e: FormEvent) => {
		e.preventDefault();
		const ground = degreesIn(place);
		if (!ground) return;
		onAdd({ x: Number(picture.x) / 100, y: Number(picture.y) / 100, ...ground });
		setPicture({ x: "", y: "" });
		setPlace("");
	};
	return (
		<details>
			<summary>{c.typed}</summary>
			<form onSubmit={add}>
				<Group gap="xs" align="end">
					{(["x", "y"] as const).map((side) => (
						<NumberInput
							key={side}
							label={w.cameraPage.box[side]}
							min={0}
							max={100}
							required
							value={picture[side]}
							onChange={(v) => setPicture({ ...picture, [side]: v })}
						/>
					))}
					<TextInput
						label={c.place}
						placeholder="29.53000, 108.77000"
						required
						maxLength={60}
						value={place}
						error={place !== "" && !isPlace ? w.callIn.noPlace : undefined}
						onChange={(e) => setPlace(e.currentTarget.value)}
					/>
					<Button type="submit">{c.add}</Button>
				</Group>
			</form>
		</details>
	);
}
