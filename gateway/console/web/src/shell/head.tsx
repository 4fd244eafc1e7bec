import { ActionIcon, Badge, Button, Group, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import {
	IconBell,
	IconBellOff,
	IconDeviceDesktop,
	IconLanguage,
	IconMoon,
	IconPhoneCall,
	IconSearch,
	IconSun,
	IconUserCircle,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { CallIn } from "../desk/call-in.tsx";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled } from "../i18n.ts";
import { DangerLevel } from "./danger.tsx";
import { OnDuty } from "./on-duty.tsx";
import { Search } from "./search.tsx";
import { useAlarmState } from "./use-alarm.ts";
import { useIsWall } from "./use-wall.ts";

interface HeadProps {
	onWall: () => void;
	onLeaveWall: () => void;
}

/** How the watch stands: who is on duty, what sees and is heard, how fresh the page is, and its clock. */
export function Head({ onWall, onLeaveWall }: HeadProps) {
	const { w } = useReader();
	const isWall = useIsWall();
	const { tower, now } = useDesk();
	return (
		<header className="head">
			<strong className="name">
				{w.title} <span>{tower.name}</span>
			</strong>
			{tower.exercise && <Badge color="violet">{w.exercise}</Badge>}
			<Health />
			<OnDuty />
			<DangerLevel />
			<span className="grow" />
			<time className="clock" dateTime={new Date(now).toISOString()}>
				{clock(w, now)}
			</time>
			{isWall ? (
				<>
					<AlarmButton />
					<Button size="compact-sm" variant="subtle" onClick={onLeaveWall} autoFocus>
						{w.shell.leaveWall}
					</Button>
				</>
			) : (
				<Tools onWall={onWall} />
			)}
		</header>
	);
}

/** Cameras that see, sensors that are heard, and since when the gateway has been silent. */
function Health() {
	const { w } = useReader();
	const { cameras, sensors, isConnected, isFrozen, silentS } = useDesk();
	const seeing = cameras.filter((c) => !c.blind).length;
	const heard = sensors.filter((s) => !s.silent).length;
	const isLive = isConnected && !isFrozen;
	return (
		<Group gap={6} wrap="nowrap">
			<Tooltip label={filled(w, w.shell.beat, { seconds: silentS })}>
				<Badge className="live" variant="dot" color={isLive ? "teal" : "red"} role="status">
					{isLive ? w.connected : w.disconnected}
				</Badge>
			</Tooltip>
			{cameras.length > 0 && (
				<Badge
					component={Link}
					to="/cameras"
					className="count"
					color={seeing < cameras.length ? "red" : "gray"}
					variant="light"
					title={filled(w, w.shell.cameras, { seeing, all: cameras.length })}
				>
					{w.cameras} {seeing}/{cameras.length}
				</Badge>
			)}
			{sensors.length > 0 && (
				<Badge
					component={Link}
					to="/sensors"
					className="count"
					color={heard < sensors.length ? "red" : "gray"}
					variant="light"
					title={filled(w, w.shell.sensors, { heard, all: sensors.length })}
				>
					{w.sensors} {heard}/{sensors.length}
				</Badge>
			)}
		</Group>
	);
}

function Tools({ onWall }: { onWall: () => void }) {
	const { w, language, onLanguage } = useReader();
	const [isCalling, setCalling] = useState(false);
	const [isSearching, setSearching] = useState(false);
	const [mayCall, mayDrill] = [useMay("call"), useMay("drill")];
	return (
		<Group gap={4} wrap="nowrap" className="tools">
			{(mayCall || mayDrill) && (
				<Button size="compact-md" onClick={() => setCalling(true)} aria-label={w.callIn.title}>
					<IconPhoneCall size="1.1rem" aria-hidden /> <span className="wide">{w.callIn.title}</span>
				</Button>
			)}
			<Tooltip label={`${w.shell.search} (/)`}>
				<ActionIcon variant="subtle" size="lg" aria-label={w.shell.search} onClick={() => setSearching(true)}>
					<IconSearch size="1.25rem" />
				</ActionIcon>
			</Tooltip>
			<AlarmButton />
			<ThemeMenu />
			<Tooltip label={w.shell.language}>
				<ActionIcon
					variant="subtle"
					size="lg"
					className="wide"
					aria-label={w.shell.language}
					onClick={() => onLanguage(language === "zh" ? "en" : "zh")}
				>
					<IconLanguage size="1.25rem" />
				</ActionIcon>
			</Tooltip>
			<UserMenu onWall={onWall} />
			<CallIn isOpen={isCalling} onClose={() => setCalling(false)} />
			<Search isOpen={isSearching} onOpen={() => setSearching(true)} onClose={() => setSearching(false)} />
		</Group>
	);
}

/** Whether a fire would be heard at this page; a click makes it so, and lets it be heard once. */
function AlarmButton() {
	const { w } = useReader();
	const { isOn, isHeard, turn, test } = useAlarmState();
	const sounds = isOn && isHeard;
	const label = sounds ? w.shell.soundOn : w.shell.soundOff;
	return (
		<Tooltip label={label}>
			<ActionIcon
				variant={sounds ? "subtle" : "filled"}
				color={sounds ? undefined : "orange"}
				size="lg"
				aria-label={label}
				aria-pressed={sounds}
				onClick={() => {
					if (!sounds) test();
					turn(!sounds);
				}}
			>
				{sounds ? <IconBell size="1.25rem" /> : <IconBellOff size="1.25rem" />}
			</ActionIcon>
		</Tooltip>
	);
}

function ThemeMenu() {
	const { w } = useReader();
	const { colorScheme, setColorScheme } = useMantineColorScheme();
	const icons = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop };
	const Icon = icons[colorScheme];
	return (
		<Menu>
			<Menu.Target>
				<ActionIcon variant="subtle" size="lg" aria-label={w.shell.theme[colorScheme]} className="theme-menu">
					<Icon size="1.25rem" />
				</ActionIcon>
			</Menu.Target>
			<Menu.Dropdown>
				{(["light", "dark", "auto"] as const).map((scheme) => (
					<Menu.Item key={scheme} onClick={() => setColorScheme(scheme)}>
						{w.shell.theme[scheme]}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

function UserMenu({ onWall }: { onWall: () => void }) {
	const { w, me, onLogout, language, onLanguage } = useReader();
	return (
		<Menu position="bottom-end">
			<Menu.Target>
				<Button variant="subtle" size="compact-md" leftSection={<IconUserCircle size="1.25rem" />} aria-label={me.name}>
					<span className="user-name">{me.name}</span>
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>{me.roles.map((role) => w.dutyPage.roles[role]).join(" · ")}</Menu.Label>
				<Menu.Item component={Link} to="/account">
					{w.shell.account}
				</Menu.Item>
				<Menu.Item onClick={() => onLanguage(language === "zh" ? "en" : "zh")}>{w.shell.language}</Menu.Item>
				<Menu.Item onClick={onWall}>{w.shell.wall}</Menu.Item>
				<Menu.Divider />
				<Menu.Item onClick={() => void call("POST /api/logout").finally(onLogout)}>{w.logout}</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
