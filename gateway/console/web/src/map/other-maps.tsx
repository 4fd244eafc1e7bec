import { Anchor } from "@mantine/core";
import { useReader } from "../context.ts";
import { placeLinks } from "./place-links.ts";

/** The same place on the maps that people here have on their phones, each in its own datum, which is said. */
export function OtherMaps({ at, name }: { at: { lat: number; lon: number }; name: string }) {
	const { w } = useReader();
	return placeLinks(at, name).map(({ name: other, url, datum }) => (
		<Anchor key={other} href={url} target="_blank" rel="noreferrer" mr="sm">
			{w.mapPage.maps[other]} ({datum})
		</Anchor>
	));
}
