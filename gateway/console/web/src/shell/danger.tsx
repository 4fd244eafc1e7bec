import { Button, Menu } from "@mantine/core";
import { call } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, inWords } from "../i18n.ts";

const LEVELS = [1, 2, 3, 4, 5] as const;

/** The danger level of the day: declared here by a person, it moves the point from which cameras ring. */
export function DangerLevel() {
	const { w } = useReader();
	const { tower } = useDesk();
	const may = useMay("danger");
	const { danger } = tower;
	const declared = danger ? `${danger.by} ${clock(w, danger.at)}` : w.dangerUnknown;
	return (
		<Menu>
			<Menu.Target>
				<Button
					size="compact-sm"
					variant="subtle"
					className={danger ? `danger level-${danger.level}` : "danger"}
					title={declared}
				>
					{w.danger} {danger?.level ?? "—"}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>{declared}</Menu.Label>
				<Menu.Label>{inWords(w, tower.point)}</Menu.Label>
				{may &&
					LEVELS.map((level) => (
						<Menu.Item
							key={level}
							className={`danger level-${level}`}
							onClick={() => void call("POST /api/danger", { body: { level } })}
						>
							{w.danger} {level}
						</Menu.Item>
					))}
			</Menu.Dropdown>
		</Menu>
	);
}
