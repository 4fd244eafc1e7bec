import { Autocomplete, MultiSelect, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { localTime, localTimeWithOffset, timeAt } from "../../../../base/time-zone.ts";
import { call } from "../api.ts";
import type { Person } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, postOf, type Words, word } from "../i18n.ts";
import { codesOf, PERSON_COLUMNS, postName } from "./cell-words.ts";
import { type Cells, type Table, useAreas, useNames, useRows } from "./register.ts";

interface FieldProps {
	table: Table;
	column: string;
	cells: Cells;
	onChange: (value: string) => void;
}

/** A column of a row, as it is best filled in: names are chosen, codes stay behind them. */
export function Field(props: FieldProps) {
	const { w } = useReader();
	const { table, column, cells, onChange } = props;
	const value = cells[column] ?? "";
	const label = word(w.registerPage.columns, column);
	const own = { label, value, onChange };
	const choices = choicesOf(w, table, column, value);
	if (choices) return <Choice {...own} data={choices} />;
	if (PERSON_COLUMNS.includes(column)) return <PersonField {...own} post={cells["post"] ?? ""} />;
	if (column === "channels") return <ChannelsField {...own} isPerson={table === "people"} />;
	const Special = SPECIAL[`${table} ${column}`] ?? SPECIAL[column];
	if (Special) return <Special {...own} />;
	return (
		<TextInput
			label={label}
			description={hintOf(w, table, column)}
			maxLength={1_000}
			value={value}
			onChange={(e) => onChange(e.currentTarget.value)}
		/>
	);
}

function hintOf({ registerPage: { hints } }: Words, table: Table, column: string): string | undefined {
	if (table === "people" && column === "id") return hints.id;
	return ["from", "to", "verified", "changed"].includes(column) ? hints.time : undefined;
}

/** What a column may hold, where that is one of a few words; and what it holds, whatever that is. */
function choicesOf(w: Words, table: Table, column: string, value: string): Option[] | undefined {
	const names = codesOf(w, table, column);
	if (!names) return undefined;
	const all = value === "" || names[value] ? names : { ...names, [value]: value };
	return Object.entries(all).map(([of, label]) => ({ value: of, label }));
}

/** How columns are filled in, of a table or wherever they stand. */
const SPECIAL: Record<string, (props: OwnFieldProps) => React.ReactNode> = {
	grids: AreasField,
	"roster from": TimeField,
	"roster to": TimeField,
	post: PostField,
	grid: GridField,
	"units code": GridField,
};

interface Option {
	value: string;
	label: string;
}

interface OwnFieldProps {
	label: string;
	value: string;
	onChange: (value: string) => void;
}

function Choice({ label, value, onChange, data }: OwnFieldProps & { data: Option[] }) {
	return (
		<Select
			label={label}
			data={data}
			value={value || null}
			onChange={(v) => onChange(v ?? "")}
			clearable
			searchable
			limit={40}
		/>
	);
}

/** Somebody of the register: for a post, whoever has it stands first, and whoever has not is said. */
function PersonField({ label, value, onChange, post }: OwnFieldProps & { post: string }) {
	const { w } = useReader();
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	const [role = "", area = ""] = post.includes("@") ? post.split("@") : [];
	const holds = (p: Person) =>
		role !== "" && p.role === role && p.grids.some((g) => area.startsWith(g) || g.startsWith(area));
	const all = (people.data ?? [])
		.filter((p) => p.leftAt === undefined || p.id === value)
		.sort((a, b) => Number(holds(b)) - Number(holds(a)));
	const chosen = all.find((p) => p.id === value);
	const isOther = chosen !== undefined && role !== "" && !holds(chosen);
	return (
		<Select
			label={label}
			data={all.map((p) => ({ value: p.id, label: `${p.name} · ${p.title ?? postOf(w, p)} · ${p.id}` }))}
			value={value || null}
			onChange={(v) => onChange(v ?? "")}
			error={isOther ? filled(w, w.registerPage.hints.otherPost, { role: word(w.roles, role) }) : undefined}
			searchable
			clearable
			limit={30}
		/>
	);
}

/** Areas by their names; their codes are what is kept. */
function AreasField({ label, value, onChange }: OwnFieldProps) {
	const { w } = useReader();
	const areas = useAreas();
	const chosen = value === "" ? [] : value.split(";");
	const known = new Set(areas.map((a) => a.value));
	const others = chosen.filter((code) => !known.has(code)).map((code) => ({ value: code, label: code }));
	return (
		<MultiSelect
			label={label}
			description={w.registerPage.hints.grids}
			data={[...areas, ...others]}
			value={chosen}
			onChange={(list) => onChange(list.join(";"))}
			searchable
			limit={30}
		/>
	);
}

function ChannelsField({ label, value, onChange, isPerson }: OwnFieldProps & { isPerson: boolean }) {
	const { hints } = useReader().w.registerPage;
	return (
		<TagsInput
			label={label}
			description={hints.channels}
			data={["webpush", "sms", "voice"]}
			value={value === "" ? [] : value.split(";")}
			onChange={(list) => onChange(list.join(";"))}
			error={isPerson && value === "" ? hints.noChannel : undefined}
		/>
	);
}

function GridField({ label, value, onChange }: OwnFieldProps) {
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const named = grids.data?.find((g) => g.code === value)?.name;
	return (
		<Autocomplete
			label={label}
			description={named}
			data={(grids.data ?? []).map((g) => g.code)}
			value={value}
			onChange={onChange}
			limit={30}
		/>
	);
}

/** A moment of a shift, in the tower's time. */
function TimeField({ label, value, onChange }: OwnFieldProps) {
	const { timeZone } = useDesk().tower;
	const at = Date.parse(value);
	return (
		<TextInput
			type="datetime-local"
			label={label}
			required
			value={Number.isNaN(at) ? "" : localTime(at, timeZone).slice(0, 16)}
			onChange={(e) => {
				const next = timeAt(e.currentTarget.value, timeZone);
				onChange(Number.isNaN(next) ? "" : localTimeWithOffset(next, timeZone));
			}}
		/>
	);
}

/** A post in words: one that has a roster, one of the desk, in somebody's place, or of a team. */
function PostField({ label, value, onChange }: OwnFieldProps) {
	const { w } = useReader();
	const nameOf = useNames();
	const rows = useRows("roster");
	const teams = useRows("teams");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	const desk = (people.data ?? [])
		.filter((p) => p.role === "officer" || p.role === "dutyLeader")
		.flatMap((p) => p.grids.map((g) => `${p.role}@${g}`));
	const posts = [
		...(value === "" ? [] : [value]),
		...(rows.data?.rows ?? []).map(({ cells }) => cells["post"] ?? ""),
		...desk,
		...(teams.data?.rows ?? []).map(({ key }) => `team:${key}`),
		...(people.data ?? []).map(({ id }) => `for:${id}`),
	];
	const data = [...new Set(posts)].map((post) => ({ value: post, label: postName(w, post, nameOf) }));
	return <Choice label={label} value={value} onChange={onChange} data={data} />;
}
