import { Button, Menu, Select } from "@mantine/core";
import { useState } from "react";
import { call } from "../api.ts";
import type { Tower } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, inWords, type Words } from "../i18n.ts";
import { useAreas } from "../people/register.ts";
import { Sheet } from "../ui/sheet.tsx";
import { useIsWall } from "./use-wall.ts";

const LEVELS = [1, 2, 3, 4, 5] as const;

/**
 * The danger level of the day, and of areas that have one of their own: declared here by a person, it moves the point
 * from which cameras ring, and how fast people are told.
 */
export function DangerLevel() {
	const { w } = useReader();
	const { tower } = useDesk();
	const isWall = useIsWall();
	const may = useMay("danger") && !isWall;
	const [isDeclaring, setDeclaring] = useState(false);
	const { danger, areaDangers } = tower;
	const declared = danger ? `${danger.by} ${clock(w, danger.at)}` : w.dangerUnknown;
	const highest = Math.max(danger?.level ?? 0, ...areaDangers.map((d) => d.level));
	return (
		<>
			<Menu>
				<Menu.Target>
					<Button
						size="compact-sm"
						variant="subtle"
						className={highest > 0 ? `danger level-${highest}` : "danger"}
						color={highest > 0 ? undefined : "gray"}
						title={declared}
					>
						{w.danger} {danger?.level ?? w.dangerNone}
						{areaDangers.length > 0 && ` · ${w.dangerAreas} ${Math.max(...areaDangers.map((d) => d.level))}`}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Label>{declared}</Menu.Label>
					<AreaLevels tower={tower} w={w} />
					<Menu.Label>{inWords(w, tower.point)}</Menu.Label>
					{may && <Menu.Item onClick={() => setDeclaring(true)}>{w.dangerDeclare}</Menu.Item>}
				</Menu.Dropdown>
			</Menu>
			{isDeclaring && <AreaSheet onClose={() => setDeclaring(false)} />}
		</>
	);
}

function AreaLevels({ tower: { areaDangers }, w }: { tower: Tower; w: Words }) {
	return areaDangers.map((d) => (
		<Menu.Label key={d.area}>
			{d.areaName ?? d.area}: {d.level} · {d.by} {clock(w, d.at)}
		</Menu.Label>
	));
}

/** Declares a level: everywhere, or of an area beside that of everywhere else. */
function AreaSheet({ onClose }: { onClose: () => void }) {
	const { w } = useReader();
	const areas = useAreas();
	const [area, setArea] = useState<string | null>(null);
	const [level, setLevel] = useState<string | null>(null);
	const [fault, setFault] = useState("");
	const declare = () => {
		const chosen = LEVELS.find((l) => String(l) === level);
		if (chosen === undefined) return;
		call("POST /api/danger", { body: { level: chosen, ...(area === null ? {} : { area }) } }).then(
			onClose,
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	return (
		<Sheet title={w.dangerDeclare} act={w.registerPage.accept} fault={fault} onAct={declare} onClose={onClose}>
			<Select
				label={w.usersPage.areas}
				placeholder={w.dangerEverywhere}
				data={areas}
				value={area}
				onChange={setArea}
				searchable
				clearable
				limit={200}
			/>
			<Select label={w.danger} data={LEVELS.map(String)} value={level} onChange={setLevel} required />
		</Sheet>
	);
}
