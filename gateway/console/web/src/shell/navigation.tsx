import { Badge } from "@mantine/core";
import {
	IconBroadcast,
	IconChartBar,
	IconDeviceComputerCamera,
	IconFlame,
	IconListSearch,
	IconMap,
	IconSettings,
	IconUsers,
	IconUsersGroup,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay, useWords } from "../context.ts";
import { bandOf, ownFires } from "../desk/bands.ts";
import { useDesk } from "../feed/use-feed.ts";

const PAGES = [
	{ to: "/desk", name: "desk", Icon: IconFlame },
	{ to: "/map", name: "map", Icon: IconMap },
	{ to: "/incidents", name: "incidents", Icon: IconListSearch },
	{ to: "/cameras", name: "cameras", Icon: IconDeviceComputerCamera },
	{ to: "/sensors", name: "sensors", Icon: IconBroadcast },
	{ to: "/people", name: "people", Icon: IconUsersGroup, isPersonal: true },
	{ to: "/duty", name: "duty", Icon: IconUsers, isPersonal: true },
	{ to: "/numbers", name: "numbers", Icon: IconChartBar },
	{ to: "/system", name: "system", Icon: IconSettings },
] as const;

/** The way to the other pages: a rail beside a wide one, a bar below a narrow one. */
export function Navigation() {
	const w = useWords();
	const seesPeople = useMay("personal");
	const { incidents } = useDesk();
	const open = ownFires(incidents).filter((i) => bandOf(i) === "needsYou").length;
	return (
		<nav className="rail" aria-label={w.nav.main}>
			{PAGES.filter((p) => seesPeople || !("isPersonal" in p)).map(({ to, name, Icon }) => (
				<Link key={to} to={to} activeProps={{ "aria-current": "page" }}>
					<Icon size="1.4rem" stroke={1.6} aria-hidden />
					<span>{w.nav[name]}</span>
					{name === "desk" && open > 0 && (
						<Badge circle={open < 10} size="sm" color="red" className="count">
							{open}
						</Badge>
					)}
				</Link>
			))}
		</nav>
	);
}
