import { useDesk } from "../feed/use-feed.ts";

/** How a camera, a sensor or whoever has taken a call is called, by what evidence names. */
export function useSourceName(): (source: string) => string {
	const { cameras, sensors } = useDesk();
	return (source) => {
		const id = source.replace(/^(report|drill):/, "").replace(/#.*$/, "");
		return [...cameras, ...sensors].find((device) => device.id === id)?.name ?? id;
	};
}
